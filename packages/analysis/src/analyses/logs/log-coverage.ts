import type { SyslogRecord } from '../../parsers/syslog.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of different minutes and programs: weeks of a busy host. */
const MOST_KEYS = 500_000;

interface Program {
  readonly counts: Map<number, number>;
  fromMs: number;
  toMs: number;
}

/** How many records each program has left, minute by minute. */
export class LogCoverage {
  readonly #programs = new Map<string, Program>();
  #keys = 0;
  /** What is counted just now: most records come one after the other. */
  #program = '';
  #known: Program | undefined;
  #fromMs = 0;
  #count = 0;

  add({ program, atMs }: Pick<SyslogRecord, 'program' | 'atMs'>): void {
    const sinceMs = atMs - this.#fromMs;
    if (program !== this.#program || !(sinceMs >= 0 && sinceMs < MINUTE_MS)) this.#turnTo(program, atMs);
    this.#count += 1;
    const known = this.#known;
    if (known === undefined) return;
    if (atMs < known.fromMs) known.fromMs = atMs;
    else if (atMs > known.toMs) known.toMs = atMs;
  }

  inMinute(program: string, minute: number): number {
    this.#settle();
    return this.#programs.get(program)?.counts.get(minute) ?? 0;
  }

  inHour(program: string, hour: number): number {
    let total = 0;
    const first = (hour * HOUR_MS) / MINUTE_MS;
    for (let minute = first; minute < first + 60; minute += 1) total += this.inMinute(program, minute);
    return total;
  }

  /** Whether this log speaks of the program before and after the hour. */
  spans(program: string, hour: number): boolean {
    const span = this.#programs.get(program);
    return span !== undefined && span.fromMs < hour * HOUR_MS && span.toMs >= (hour + 1) * HOUR_MS;
  }

  #turnTo(program: string, atMs: number): void {
    this.#settle();
    this.#program = program;
    this.#fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    this.#known = this.#programs.get(program);
    if (this.#known !== undefined) return;
    this.#known = { counts: new Map(), fromMs: atMs, toMs: atMs };
    this.#programs.set(program, this.#known);
  }

  #settle(): void {
    const counts = this.#known?.counts;
    if (counts === undefined || this.#count === 0) return;
    const minute = this.#fromMs / MINUTE_MS;
    const known = counts.get(minute);
    if (known === undefined && this.#keys >= MOST_KEYS) return;
    if (known === undefined) this.#keys += 1;
    counts.set(minute, (known ?? 0) + this.#count);
    this.#count = 0;
  }
}

export function minuteOf({ atMs }: Pick<SyslogRecord, 'atMs'>): number {
  return Math.floor(atMs / MINUTE_MS);
}

export function hourOf({ atMs }: Pick<SyslogRecord, 'atMs'>): number {
  return Math.floor(atMs / HOUR_MS);
}
