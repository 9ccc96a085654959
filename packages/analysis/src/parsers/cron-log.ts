/** A job that cron started: `(root) CMD (/usr/bin/x)`. */
export interface CronRun {
  readonly user: string;
  readonly command: string;
}

export function parseCronLog(message: string): CronRun | undefined {
  const match = /^\((\S{1,256})\) CMD \((.*)\)$/.exec(message);
  return match === null ? undefined : { user: match[1] ?? '', command: (match[2] ?? '').trim() };
}
