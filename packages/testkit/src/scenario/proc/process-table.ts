import type { Timeline } from '../timeline.js';
import { intruderProcesses } from './intruder-processes.js';
import { BASE_ENVIRONMENT, type ProcessDraft, type SimulatedProcess } from './process.js';

const KERNEL_THREADS = [
  'rcu_gp',
  'slub_flushwq',
  'kworker/0:0H',
  'mm_percpu_wq',
  'ksoftirqd/0',
  'rcu_preempt',
  'migration/0',
  'cpuhp/0',
  'cpuhp/1',
  'ksoftirqd/1',
  'kdevtmpfs',
  'kauditd',
  'khungtaskd',
  'oom_reaper',
  'kcompactd0',
  'kswapd0',
  'nvme-wq',
  'jbd2/nvme0n1p1-',
  'kworker/u4:1',
  'kworker/1:2',
];

function complete(draft: ProcessDraft, times: Timeline): SimulatedProcess {
  const name = (draft.exe ?? draft.command[0] ?? '').split('/').pop() ?? '';
  return {
    parent: 1,
    uid: 0,
    comm: name.slice(0, 15),
    cwd: '/',
    startedAt: times.boot,
    environment: draft.command.length === 0 ? {} : BASE_ENVIRONMENT,
    sockets: {},
    residentKiB: draft.command.length === 0 ? 0 : 4_000 + (draft.pid % 97) * 110,
    nice: 0,
    ...draft,
  };
}

const kernelThreads: readonly ProcessDraft[] = [
  { pid: 2, parent: 0, command: [], comm: 'kthreadd' },
  ...KERNEL_THREADS.map((comm, index) => ({
    pid: 3 + index * 4,
    parent: 2,
    command: [],
    comm: comm.slice(0, 15),
  })),
];

const daemons: readonly ProcessDraft[] = [
  { pid: 1, parent: 0, command: ['/sbin/init'], comm: 'systemd', exe: '/usr/lib/systemd/systemd' },
  {
    pid: 382,
    command: ['/lib/systemd/systemd-journald'],
    comm: 'systemd-journal',
    exe: '/usr/lib/systemd/systemd-journald',
  },
  {
    pid: 398,
    command: ['/lib/systemd/systemd-udevd'],
    comm: 'systemd-udevd',
    exe: '/usr/lib/systemd/systemd-udevd',
  },
  {
    pid: 402,
    uid: 998,
    command: ['/lib/systemd/systemd-networkd'],
    comm: 'systemd-network',
    exe: '/usr/lib/systemd/systemd-networkd',
    sockets: { 18: 14402 },
  },
  {
    pid: 410,
    uid: 996,
    command: ['/lib/systemd/systemd-resolved'],
    comm: 'systemd-resolve',
    exe: '/usr/lib/systemd/systemd-resolved',
    sockets: { 12: 14410, 13: 14411 },
  },
  {
    pid: 601,
    uid: 100,
    command: ['/usr/bin/dbus-daemon', '--system', '--address=systemd:', '--nofork', '--nopidfile'],
    exe: '/usr/bin/dbus-daemon',
  },
  {
    pid: 612,
    command: ['/lib/systemd/systemd-logind'],
    comm: 'systemd-logind',
    exe: '/usr/lib/systemd/systemd-logind',
  },
  { pid: 620, command: ['/usr/sbin/cron', '-f'], exe: '/usr/sbin/cron' },
  { pid: 628, command: ['/usr/sbin/rsyslogd', '-n', '-iNONE'], exe: '/usr/sbin/rsyslogd' },
  {
    pid: 633,
    uid: 102,
    command: ['/usr/sbin/chronyd', '-F', '1'],
    exe: '/usr/sbin/chronyd',
    sockets: { 5: 14633 },
  },
  {
    pid: 644,
    command: ['/usr/bin/amazon-ssm-agent'],
    exe: '/usr/bin/amazon-ssm-agent',
    comm: 'amazon-ssm-agen',
  },
  {
    pid: 671,
    parent: 644,
    command: ['/usr/bin/ssm-agent-worker'],
    exe: '/usr/bin/ssm-agent-worker',
    comm: 'ssm-agent-worke',
    sockets: { 14: 15671 },
  },
  {
    pid: 690,
    command: ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'],
    exe: '/usr/sbin/sshd',
    sockets: { 3: 14690, 4: 14691 },
  },
  {
    pid: 701,
    uid: 103,
    command: ['/usr/sbin/mariadbd'],
    exe: '/usr/sbin/mariadbd',
    cwd: '/var/lib/mysql',
    sockets: { 21: 14701 },
    residentKiB: 182_000,
  },
  {
    pid: 705,
    command: ['/sbin/agetty', '-o', '-p -- \\u', '--noclear', 'tty1', 'linux'],
    exe: '/usr/sbin/agetty',
  },
  {
    pid: 706,
    command: ['/sbin/agetty', '-o', '-p -- \\u', '--keep-baud', '115200,57600,38400,9600', 'ttyS0', 'vt220'],
    exe: '/usr/sbin/agetty',
  },
  {
    pid: 712,
    command: [
      '/usr/bin/python3',
      '/usr/share/unattended-upgrades/unattended-upgrade-shutdown',
      '--wait-for-signal',
    ],
    comm: 'unattended-upgr',
    exe: '/usr/bin/python3.11',
  },
  {
    pid: 730,
    command: ['/usr/sbin/apache2', '-k', 'start'],
    exe: '/usr/sbin/apache2',
    sockets: { 4: 14730 },
  },
];

const webWorkers = (times: Timeline): readonly ProcessDraft[] =>
  [741, 742, 743, 744, 745, 746].map((pid, index) => ({
    pid,
    parent: 730,
    uid: 33,
    command: ['/usr/sbin/apache2', '-k', 'start'],
    exe: '/usr/sbin/apache2',
    startedAt: times.deployed,
    sockets: index < 3 ? { 4: 14730, 12: 16740 + index } : { 4: 14730 },
    residentKiB: 31_000,
  }));

export function processTable(times: Timeline, intruder: 'present' | 'absent'): readonly SimulatedProcess[] {
  const drafts = [
    ...kernelThreads,
    ...daemons,
    ...webWorkers(times),
    ...(intruder === 'present' ? intruderProcesses(times) : []),
  ];
  return drafts.map((draft) => complete(draft, times)).sort((a, b) => a.pid - b.pid);
}
