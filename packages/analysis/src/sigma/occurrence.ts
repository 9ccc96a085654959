/** One occurrence within a group. */
export interface Occurrence<E> {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Position in `sources` of the rule that saw it. */
  readonly source: number;
  /** The values of the counted fields, as one text; null when one is missing. */
  readonly value: string | null;
  readonly event: E;
}
