import prettyBytes from 'pretty-bytes';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (figure: number) => String(Math.floor(figure)).padStart(2, '0');

/** `0.4s`, `12s`, `3m 05s`, `1h 02m`, `2d 03h`: never more than two units. */
export function durationText(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 10 * SECOND) return `${(Math.floor(length / 100) / 10).toFixed(1)}s`;
  if (length < MINUTE) return `${Math.floor(length / SECOND)}s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)}m ${two((length % MINUTE) / SECOND)}s`;
  if (length < DAY) return `${Math.floor(length / HOUR)}h ${two((length % HOUR) / MINUTE)}m`;
  return `${Math.floor(length / DAY)}d ${two((length % DAY) / HOUR)}h`;
}

/** `17.3 GB`: decimal, as AWS bills and disks are sold. */
export function bytesText(bytes: number): string {
  return prettyBytes(bytes, { maximumFractionDigits: 1 });
}

/** `118 MB/s`. */
export function rateText(bytesPerSecond: number): string {
  return `${prettyBytes(bytesPerSecond, { maximumFractionDigits: bytesPerSecond >= 10_000_000 ? 0 : 1 })}/s`;
}

/** `1 step`, `3 steps`, `2 entries`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ie` : noun}s`;
}
