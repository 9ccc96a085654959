/** One thing that speaks for a web shell, with the weight it adds. */
export interface Signal {
  /** `request-to-code`; the rule id of a detection is built from the strongest. */
  readonly id: string;
  /** 0 to 100: 40 alone is a detection, 100 leaves no innocent reading. */
  readonly weight: number;
  /** Counts whole on top of whatever else was seen, and nothing without it. */
  readonly bonus?: number;
  /** One short sentence; may quote the evidence. */
  readonly reason: string;
  /** Whether it is seen in the script's own statements, outside of its functions. */
  readonly isOutermost?: boolean;
  /** Offset into the source that shows it. */
  readonly offset?: number;
}
