/**
 * The timeline as the page carries it: columns, because they pack to a third of what rows do. All columns of events
 * have one length; texts are made safe to show before they come here.
 */
export interface PageData {
  /** Milliseconds since the epoch: of the first event; then what each is later than the one before. */
  readonly times: readonly number[];
  readonly lanes: readonly string[];
  /** Places in `lanes`. */
  readonly lane: readonly number[];
  /** One digit an event: 0 for none or info, 4 for critical. */
  readonly severities: string;
  readonly whats: readonly string[];
  /** Places in `whats`. */
  readonly what: readonly number[];
  readonly messages: readonly string[];
  readonly files: readonly string[];
  /** Places in `files`; -1 for events without. */
  readonly file: readonly number[];
  /** A 1-based line; minus one and minus the offset in bytes; 0 when neither is known. */
  readonly spot: readonly number[];
  /** What is shown first, in milliseconds; null: all. */
  readonly focus: readonly [fromMs: number, toMs: number] | null;
}
