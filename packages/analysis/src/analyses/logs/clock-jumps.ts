import type { Line } from '../../engine/line.js';

/** A line that was written before the one above it, as the clock told it. */
export interface ClockJump {
  readonly fromMs: number;
  readonly toMs: number;
  /** 1-based. */
  readonly line: number;
}

/** In autumn local time goes back an hour, and that is no jump. */
const SHORTEST_MS = 65 * 60_000;
/** Stamps without a year are put a year back when they seem to lie in the future. */
const LONGEST_MS = 300 * 24 * 3_600_000;
const MOST_KEPT = 20;

/** Where the time of a log goes back: the clock was set back, or lines were put in or moved. */
export class ClockJumps {
  #lastMs = Number.NaN;
  readonly jumps: ClockJump[] = [];

  add(atMs: number, line: Line): void {
    const fromMs = this.#lastMs;
    this.#lastMs = atMs;
    const back = fromMs - atMs;
    if (!(back >= SHORTEST_MS) || back > LONGEST_MS || this.jumps.length >= MOST_KEPT) return;
    this.jumps.push({ fromMs, toMs: atMs, line: line.number });
  }
}
