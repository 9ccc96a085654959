const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** 0 to 11, or -1. */
export function monthOf(name: string): number {
  return MONTHS.indexOf(name);
}

/** Turns wall-clock time in a zone into UTC; offsets are remembered by the hour. */
export class ZoneClock {
  readonly #offsets = new Map<number, number>();
  readonly #format: Intl.DateTimeFormat | undefined;

  /** @param timeZone - IANA name; an unknown one counts as UTC, like none */
  constructor(timeZone?: string) {
    this.#format = timeZone === undefined || timeZone === 'UTC' ? undefined : formatFor(timeZone);
  }

  /** @param wallMs - milliseconds, as if the wall clock showed UTC */
  toUtc(wallMs: number): number {
    if (this.#format === undefined) return wallMs;
    const hour = Math.floor(wallMs / HOUR_MS);
    let offset = this.#offsets.get(hour);
    if (offset === undefined) {
      offset = this.#offsetAt(wallMs - this.#offsetAt(wallMs));
      if (this.#offsets.size > 10_000) this.#offsets.clear();
      this.#offsets.set(hour, offset);
    }
    return wallMs - offset;
  }

  #offsetAt(utcMs: number): number {
    const parts = Object.fromEntries(
      (this.#format?.formatToParts(utcMs) ?? []).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour % 24, minute, second) - Math.floor(utcMs / 1000) * 1000;
  }
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
}

/** A classic syslog stamp without its year. */
export interface YearlessTime {
  readonly month: number;
  readonly day: number;
  readonly timeOfDayMs: number;
}

/**
 * Gives a stamp the year that makes it no later than a day after `notAfterMs`: a file's last line is not
 * younger than its modification time, and a rotated file holds less than a year.
 *
 * @returns milliseconds of the wall clock
 */
export function withYear(time: YearlessTime, notAfterMs: number): number {
  const year = new Date(notAfterMs).getUTCFullYear();
  for (const candidate of [year + 1, year, year - 1]) {
    const ms = Date.UTC(candidate, time.month, time.day) + time.timeOfDayMs;
    if (ms <= notAfterMs + DAY_MS && isDay(time, candidate)) return ms;
  }
  return Date.UTC(year - 1, time.month, time.day) + time.timeOfDayMs;
}

/** 29 February is not in every year. */
function isDay(time: YearlessTime, year: number): boolean {
  return new Date(Date.UTC(year, time.month, time.day)).getUTCMonth() === time.month;
}
