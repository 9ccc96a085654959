import { INTRUDER, PLANTED_PATHS } from './tree/scene.js';

/** One thing that the intruder left on the demo suspect. */
export interface Plant {
  readonly id: string;
  /** One sentence for people. */
  readonly what: string;
  /** Paths, processes or sockets that show it, without a leading slash. */
  readonly where: readonly string[];
  /** Where it can be seen: on the disk, on the running host, or both. */
  readonly seen: 'disk' | 'live' | 'both';
}

const { controller, shellPort, poolPort, listenerPort, bruteForcer } = INTRUDER;
const AUTH_LOGS = ['var/log/auth.log', 'var/log/auth.log.1', 'var/log/auth.log.2.gz'] as const;

/** Everything that is planted: what the analyses must find, one by one. */
export const PLANTS: readonly Plant[] = [
  {
    id: 'web-shell',
    what: 'A web shell lies among the uploads',
    where: [PLANTED_PATHS.webShell],
    seen: 'disk',
  },
  {
    id: 'web-shell-use',
    what: `${controller} posts commands to the web shell`,
    where: ['var/log/apache2/access.log'],
    seen: 'disk',
  },
  {
    id: 'cron-reverse-shell',
    what: 'A cron job opens a reverse shell every ten minutes',
    where: [PLANTED_PATHS.cron],
    seen: 'both',
  },
  {
    id: 'reverse-shell-connection',
    what: 'An interactive bash talks to the controller',
    where: ['process:4708', `${controller}:${shellPort}`],
    seen: 'live',
  },
  {
    id: 'ssh-brute-force',
    what: `${bruteForcer} guesses hundreds of passwords`,
    where: AUTH_LOGS,
    seen: 'disk',
  },
  {
    id: 'ssh-brute-force-success',
    what: 'The guessing ends in a login as deploy',
    where: ['var/log/auth.log'],
    seen: 'disk',
  },
  {
    id: 'root-by-sudo',
    what: 'deploy becomes root by sudo in the same session',
    where: ['var/log/auth.log'],
    seen: 'disk',
  },
  {
    id: 'account',
    what: 'An account sysupd with uid 0 was added to group sudo',
    where: ['etc/passwd', 'etc/group', 'var/log/auth.log'],
    seen: 'disk',
  },
  { id: 'root-key', what: 'A key was added for root', where: [PLANTED_PATHS.rootKeys], seen: 'disk' },
  {
    id: 'miner',
    what: 'A miner runs from a deleted file under a kernel-like name',
    where: ['process:4242', 'var/tmp/.x/kworkerd (deleted)'],
    seen: 'live',
  },
  {
    id: 'miner-connection',
    what: 'The miner is connected to its pool',
    where: ['process:4242', `${controller}:${poolPort}`],
    seen: 'live',
  },
  {
    id: 'listener',
    what: "A process with a kernel thread's name listens",
    where: ['process:4377', `0.0.0.0:${listenerPort}`, PLANTED_PATHS.listener],
    seen: 'both',
  },
  {
    id: 'setuid-shell',
    what: 'A setuid copy of bash lies in a hidden folder',
    where: [PLANTED_PATHS.setuidShell],
    seen: 'disk',
  },
  {
    id: 'preload',
    what: 'A library is loaded into every process',
    where: [PLANTED_PATHS.preload, PLANTED_PATHS.preloadLibrary],
    seen: 'disk',
  },
  {
    id: 'service',
    what: 'A systemd unit keeps the miner running',
    where: [PLANTED_PATHS.unit],
    seen: 'both',
  },
  {
    id: 'history',
    what: 'The history of deploy shows a script piped from the network into a shell',
    where: [PLANTED_PATHS.deployHistory],
    seen: 'disk',
  },
  {
    id: 'history-wiped',
    what: 'The histories were wiped',
    where: [PLANTED_PATHS.rootHistory, PLANTED_PATHS.deployHistory],
    seen: 'disk',
  },
];
