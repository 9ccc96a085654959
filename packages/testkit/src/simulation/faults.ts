import type { AwsError } from './errors.js';
import { matchesWildcard } from './iam/wildcard.js';
import type { Random } from './random.js';

/**
 * What may go wrong with a call.
 * - `throttle`: the service's own throttling error; no effect
 * - `server-error`: a 5xx; no effect
 * - `server-error-after`: a 5xx although the effect happened
 * - `timeout`: no answer, no effect
 * - `lost-answer`: no answer, but the effect happened
 * - `crash-before`, `crash-after`: the calling process is killed (see `runProcess`)
 */
export type FaultKind =
  | 'throttle'
  | 'server-error'
  | 'server-error-after'
  | 'timeout'
  | 'lost-answer'
  | 'crash-before'
  | 'crash-after';

/** A kind, or any error of AWS's, given instead of the effect. */
export type Fault = FaultKind | AwsError;

export interface FaultRule {
  /** `ec2:CreateSnapshots`, `ssm:*`, `*`. */
  readonly operation: string;
  readonly fault: Fault;
  /** Which matching call is the first to fail, counted from 1 and from when the rule was added. */
  readonly nth?: number;
  /** How many in a row fail; 1 unless told. */
  readonly times?: number;
  /** Only calls that change something. */
  readonly only?: 'mutating' | 'reading';
}

export interface RandomFaults {
  /** Chance that a call fails, 0 to 1. */
  readonly probability: number;
  readonly faults: readonly [Fault, ...Fault[]];
  /** `*` unless told. */
  readonly operation?: string;
  readonly only?: 'mutating' | 'reading';
}

interface FaultedCall {
  readonly operation: string;
  readonly mutating: boolean;
}

type Decide = (call: FaultedCall) => Fault | undefined;

function concerns(
  rule: Pick<FaultRule, 'only'> & { readonly operation: string },
  call: FaultedCall,
): boolean {
  if (rule.only !== undefined && (rule.only === 'mutating') !== call.mutating) return false;
  return matchesWildcard(rule.operation, call.operation);
}

function counted(rule: FaultRule): Decide {
  const first = rule.nth ?? 1;
  const last = first + (rule.times ?? 1) - 1;
  let seen = 0;
  return (call) => {
    if (!concerns(rule, call)) return undefined;
    seen += 1;
    return seen >= first && seen <= last ? rule.fault : undefined;
  };
}

/** What goes wrong in a world, by number or by seeded chance. The first rule that bites wins. */
export class Faults {
  #rules: Decide[] = [];

  constructor(private readonly random: Random) {}

  add(rule: FaultRule): this {
    this.#rules.push(counted(rule));
    return this;
  }

  randomly(faults: RandomFaults): this {
    const random = this.random.fork(`faults-${this.#rules.length}`);
    const { operation = '*', only } = faults;
    const scope = { operation, ...(only === undefined ? {} : { only }) };
    this.#rules.push((call) => {
      if (!concerns(scope, call) || !random.chance(faults.probability)) return undefined;
      return faults.faults[random.integer(0, faults.faults.length - 1)];
    });
    return this;
  }

  clear(): void {
    this.#rules = [];
  }

  /** @internal asked once per call */
  decide(call: FaultedCall): Fault | undefined {
    let chosen: Fault | undefined;
    for (const rule of this.#rules) {
      // Every rule counts every call, also those that another rule has already spoiled.
      const fault = rule(call);
      chosen ??= fault;
    }
    return chosen;
  }
}
