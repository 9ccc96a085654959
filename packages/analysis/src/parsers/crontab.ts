/** One job of a crontab. */
export interface CronJob {
  /** `*\/5 * * * *` or `@reboot`. */
  readonly schedule: string;
  /** In system crontabs only. */
  readonly user: string | undefined;
  readonly command: string;
}

export interface CrontabShape {
  /** /etc/crontab and /etc/cron.d name the user, users' own crontabs do not. */
  readonly hasUser: 'yes' | 'no';
}

const SCHEDULE = /^(?:@[a-z]{1,10}|(?:[\d*,/\-A-Za-z~]{1,64}[ \t]+){4}[\d*,/\-A-Za-z~]{1,64})(?=[ \t])/;

/** Parses one line; undefined for comments, variables and what cron would refuse. */
export function parseCrontab(text: string, shape: CrontabShape): CronJob | undefined {
  const line = text.trim();
  if (line === '' || line.startsWith('#')) return undefined;
  const schedule = SCHEDULE.exec(line)?.[0];
  if (schedule === undefined) return undefined;
  const rest = line.slice(schedule.length).trimStart();
  if (shape.hasUser === 'no') return { schedule, user: undefined, command: rest };
  const space = rest.search(/[ \t]/);
  if (space < 0) return undefined;
  return { schedule, user: rest.slice(0, space), command: rest.slice(space).trimStart() };
}
