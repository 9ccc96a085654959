import type { Line } from '../../engine/line.js';

/** A silence in a log. */
export interface LogGap {
  readonly fromMs: number;
  readonly toMs: number;
  /** The line after it, 1-based. */
  readonly line: number;
  /** How long this log is silent otherwise, at most, in minutes. */
  readonly usualMinutes: number;
}

const KEPT = 16;
const MIN_LINES = 500;
const SHORTEST_MS = 2 * 3_600_000;
const TIMES_LONGER = 4;

/**
 * The longest silences of a log. One is suspicious when it is far longer than all the others: a log that cron writes
 * to every hour and that says nothing for a night was cut, or its writer was stopped.
 */
export class LogGaps {
  #lastMs = Number.NaN;
  #lines = 0;
  readonly #longest: { readonly fromMs: number; readonly toMs: number; readonly line: number }[] = [];

  /** @param isExplained - asked only after a long silence, of the line that ends it: whether the host was down */
  constructor(private readonly isExplained: (line: Line) => boolean) {}

  add(atMs: number, line: Line): void {
    const lastMs = this.#lastMs;
    this.#lines += 1;
    if (atMs <= lastMs) return;
    this.#lastMs = atMs;
    if (Number.isNaN(lastMs)) return;
    if (atMs - lastMs >= SHORTEST_MS && this.isExplained(line)) return;
    this.#keep({ fromMs: lastMs, toMs: atMs, line: line.number });
  }

  suspicious(): readonly LogGap[] {
    if (this.#lines < MIN_LINES) return [];
    const [first, second, third] = this.#longest;
    // One or two silences may be cut out; the next longest is what is usual.
    const usual = third ?? second;
    if (first === undefined || usual === undefined) return [];
    const usualMs = usual.toMs - usual.fromMs;
    const usualMinutes = Math.ceil(usualMs / 60_000);
    return this.#longest
      .slice(0, 2)
      .filter(({ fromMs, toMs }) => toMs - fromMs >= Math.max(SHORTEST_MS, TIMES_LONGER * usualMs))
      .map((gap) => ({ ...gap, usualMinutes }));
  }

  #keep(gap: { readonly fromMs: number; readonly toMs: number; readonly line: number }): void {
    const length = gap.toMs - gap.fromMs;
    const last = this.#longest[KEPT - 1];
    if (last !== undefined && length <= last.toMs - last.fromMs) return;
    const at = this.#longest.findIndex(({ fromMs, toMs }) => toMs - fromMs < length);
    this.#longest.splice(at < 0 ? this.#longest.length : at, 0, gap);
    this.#longest.length = Math.min(this.#longest.length, KEPT);
  }
}
