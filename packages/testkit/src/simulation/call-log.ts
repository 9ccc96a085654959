/** One call that reached the simulated AWS. */
export interface LoggedCall {
  readonly at: Date;
  /** `ec2:CreateSnapshots` */
  readonly operation: string;
  readonly mutating: boolean;
  readonly account: string;
  readonly region: string;
  /** ARN; the caller's claim when it was not recognised. */
  readonly principal: string;
  readonly accessKeyId: string;
  readonly requestId: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** `ok`, or the error's code. What the caller saw may be less: see `lost`. */
  readonly outcome: string;
  /** The effect happened, the answer never arrived. */
  readonly lost: boolean;
  /** Ids and ARNs in input and answer. */
  readonly resources: readonly string[];
  readonly sourceIdentity?: string;
  readonly sessionName?: string;
}

const KEPT = 5_000;

/** The last calls, oldest first; bounded, so that a thousand incidents fit. */
export class CallLog {
  readonly #calls: LoggedCall[] = [];
  #total = 0;

  constructor(private readonly kept: number = KEPT) {}

  add(call: LoggedCall): void {
    this.#total += 1;
    this.#calls.push(call);
    // In lumps: shifting one by one would copy the whole list each time.
    if (this.#calls.length >= this.kept * 2) this.#calls.splice(0, this.#calls.length - this.kept);
  }

  /** All calls ever made, also those no longer kept. */
  get total(): number {
    return this.#total;
  }

  all(): readonly LoggedCall[] {
    return this.#calls;
  }

  /** Calls of one operation: `ec2:RunInstances`. */
  of(operation: string): readonly LoggedCall[] {
    return this.#calls.filter((call) => call.operation === operation);
  }

  /** Calls that changed something: mutating ones that succeeded. */
  changes(): readonly LoggedCall[] {
    return this.#calls.filter((call) => call.mutating && call.outcome === 'ok');
  }
}
