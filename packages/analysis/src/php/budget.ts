/** Thrown when a file has used up its steps or its time; caught where the evaluation began. */
export class BudgetExhausted extends Error {
  constructor() {
    super('budget exhausted');
    this.name = 'BudgetExhausted';
  }
}

const STEPS_BETWEEN_CLOCKS = 512;

export interface BudgetLimits {
  readonly steps: number;
  /** Of the processor's time: the verdict on a file must not depend on who else uses the machine. */
  readonly milliseconds: number;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What one file may cost. Every loop of parser and evaluator spends from it. */
export class Budget {
  private steps: number;
  private untilClock = STEPS_BETWEEN_CLOCKS;
  private readonly deadline: number;
  exhausted = false;

  constructor(limits: BudgetLimits) {
    this.steps = limits.steps;
    this.deadline = processorMs() + limits.milliseconds;
  }

  get left(): number {
    return this.steps;
  }

  /** @throws BudgetExhausted */
  spend(steps = 1): void {
    this.steps -= steps;
    this.untilClock -= steps;
    if (this.steps < 0) this.exhaust();
    if (this.untilClock < 0) this.checkClock();
  }

  /** For work whose cost grows with a text: about a step for 64 characters. @throws BudgetExhausted */
  spendOn(text: string): void {
    this.spend(1 + (text.length >> 6));
  }

  private checkClock(): void {
    this.untilClock = STEPS_BETWEEN_CLOCKS;
    if (processorMs() > this.deadline) this.exhaust();
  }

  private exhaust(): never {
    this.exhausted = true;
    throw new BudgetExhausted();
  }
}
