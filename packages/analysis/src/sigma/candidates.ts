/** A rule's requirement, as one bit of it. */
export interface Use {
  readonly rule: number;
  readonly bit: number;
}

/** The rules that an event may match: those of which it meets every requirement. Reused from event to event. */
export class Candidates {
  /** The rules found so far, the first `count` of these. */
  readonly rules: Int32Array;
  count = 0;
  /** Per rule the bits of all requirements. */
  private readonly needed: Int32Array;
  /** Per rule the bits that are not met yet, if `touched` says that they are this event's. */
  private readonly missing: Int32Array;
  private readonly touched: Int32Array;
  private event = 0;

  /** @param requirements how many each rule has; without any it is always a candidate */
  constructor(requirements: readonly number[]) {
    this.rules = new Int32Array(requirements.length);
    this.needed = Int32Array.from(requirements, (count) => 2 ** count - 1);
    this.missing = new Int32Array(requirements.length);
    this.touched = new Int32Array(requirements.length);
  }

  begin(always: readonly number[]): void {
    this.event = (this.event + 1) | 0;
    this.count = 0;
    for (const rule of always) this.rules[this.count++] = rule;
  }

  meet(rule: number, bit: number): void {
    const missing = (this.touched[rule] === this.event ? this.missing[rule] : this.needed[rule]) ?? 0;
    const left = missing & ~bit;
    if (left === missing) return;
    this.touched[rule] = this.event;
    this.missing[rule] = left;
    if (left === 0) this.rules[this.count++] = rule;
  }

  /** Puts them into the order in which they were loaded. */
  sort(): void {
    if (this.count > 16) {
      this.rules.subarray(0, this.count).sort();
      return;
    }
    const { rules } = this;
    for (let next = 1; next < this.count; next++) {
      const rule = rules[next] ?? 0;
      let at = next;
      for (; at > 0 && (rules[at - 1] ?? 0) > rule; at--) rules[at] = rules[at - 1] ?? 0;
      rules[at] = rule;
    }
  }
}
