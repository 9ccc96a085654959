import type { SyslogRecord } from '../../parsers/syslog.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of different minutes and programs: weeks of a busy host. */
const MOST_KEYS = 500_000;

/** How many records each program has left, minute by minute. */
export class LogCoverage {
  readonly #counts = new Map<string, number>();
  readonly #spans = new Map<string, { fromMs: number; toMs: number }>();

  add({ program, atMs }: Pick<SyslogRecord, 'program' | 'atMs'>): void {
    const key = `${Math.floor(atMs / MINUTE_MS)} ${program}`;
    const known = this.#counts.get(key) ?? 0;
    if (known > 0 || this.#counts.size < MOST_KEYS) this.#counts.set(key, known + 1);
    const span = this.#spans.get(program);
    if (span === undefined) this.#spans.set(program, { fromMs: atMs, toMs: atMs });
    else {
      span.fromMs = Math.min(span.fromMs, atMs);
      span.toMs = Math.max(span.toMs, atMs);
    }
  }

  inMinute(program: string, minute: number): number {
    return this.#counts.get(`${minute} ${program}`) ?? 0;
  }

  inHour(program: string, hour: number): number {
    let total = 0;
    const first = (hour * HOUR_MS) / MINUTE_MS;
    for (let minute = first; minute < first + 60; minute += 1) total += this.inMinute(program, minute);
    return total;
  }

  /** Whether this log speaks of the program before and after the hour. */
  spans(program: string, hour: number): boolean {
    const span = this.#spans.get(program);
    return span !== undefined && span.fromMs < hour * HOUR_MS && span.toMs >= (hour + 1) * HOUR_MS;
  }
}

export function minuteOf({ atMs }: Pick<SyslogRecord, 'atMs'>): number {
  return Math.floor(atMs / MINUTE_MS);
}

export function hourOf({ atMs }: Pick<SyslogRecord, 'atMs'>): number {
  return Math.floor(atMs / HOUR_MS);
}
