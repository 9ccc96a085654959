/** When things happened on the suspect, counted back from the moment of the finding. */
export interface Timeline {
  readonly findingAt: Date;
  readonly boot: Date;
  /** Packages were installed with the image. */
  readonly installed: Date;
  /** The shop was deployed last. */
  readonly deployed: Date;
  readonly bruteForce: { readonly from: Date; readonly to: Date };
  readonly login: Date;
  readonly sudo: Date;
  readonly webShell: Date;
  readonly webShellUse: { readonly from: Date; readonly to: Date };
  readonly miner: Date;
  readonly cron: Date;
  readonly service: Date;
  readonly preload: Date;
  readonly account: Date;
  readonly authorizedKey: Date;
  readonly setuidShell: Date;
  readonly listener: Date;
  readonly reverseShell: Date;
  readonly historyWiped: Date;
  readonly logout: Date;
}

const MINUTE = 60_000;

/** The demo's finding was updated at 2026-11-20T03:35:01Z; GuardDuty saw the first beacon at 03:11:52Z. */
export const DEMO_FINDING_AT = new Date('2026-11-20T03:35:01Z');

export function timelineOf(findingAt: Date): Timeline {
  const before = (minutes: number, seconds = 0) =>
    new Date(findingAt.getTime() - minutes * MINUTE + seconds * 1000);
  return {
    findingAt,
    boot: before(78 * 1440 + 1163, 30),
    installed: before(92 * 1440),
    deployed: before(6 * 1440 + 700),
    bruteForce: { from: before(86), to: before(46) },
    login: before(45, 13),
    sudo: before(43, 40),
    webShell: before(41, 5),
    webShellUse: { from: before(40), to: before(6) },
    miner: before(36, 20),
    cron: before(33, 8),
    service: before(32, 2),
    preload: before(31, 15),
    account: before(30, 24),
    authorizedKey: before(29, 50),
    setuidShell: before(28, 31),
    listener: before(27, 12),
    reverseShell: before(24, 51),
    historyWiped: before(23, 55),
    logout: before(23, 30),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');
const clockTime = (at: Date) =>
  `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;

/** `Nov 20 03:11:52`: without a year, as syslog has always written it. */
export function syslogTime(at: Date): string {
  return `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${clockTime(at)}`;
}

/** `20/Nov/2026:03:11:52 +0000` */
export function apacheTime(at: Date): string {
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clockTime(at)} +0000`;
}

/** `2026-11-20 03:11:52` */
export function plainTime(at: Date): string {
  return `${at.toISOString().slice(0, 10)} ${clockTime(at)}`;
}
