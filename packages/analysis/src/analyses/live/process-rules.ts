import type { Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder, isShell, programName } from '../../engine/suspicion.js';
import type { LiveProcess, LiveState } from './process-table.js';

/** A reason to look at a process. */
export interface Suspicion {
  readonly rule: Rule;
  readonly reasons: readonly string[];
  readonly confidence: number;
  readonly severity?: Rule['severity'];
}

export type ProcessRule = (process: LiveProcess, state: LiveState) => Suspicion | undefined;

const DELETED: Rule = {
  id: 'process.deleted-executable',
  title: 'A process runs from a file that was deleted',
  severity: 'info',
  techniques: ['T1070.004'],
};

const deletedExecutable: ProcessRule = ({ exe, exeDeleted }) => {
  if (!exeDeleted) return undefined;
  if (/^\/?memfd:/.test(exe))
    return {
      rule: { ...DELETED, severity: 'high', techniques: ['T1620'] },
      reasons: ['runs from memory only'],
      confidence: 0.85,
    };
  const odd = inTemporaryFolder(exe) || inHiddenFolder(exe);
  // Upgraded packages leave daemons that run from deleted files.
  if (!odd) return { rule: DELETED, reasons: ['perhaps only upgraded and not restarted'], confidence: 0.3 };
  return { rule: { ...DELETED, severity: 'high' }, reasons: [`deleted: ${exe}`], confidence: 0.95 };
};

const MASQUERADE: Rule = {
  id: 'process.kernel-thread-name',
  title: 'A program calls itself a kernel thread',
  severity: 'high',
  techniques: ['T1036.005', 'T1036.004'],
};

const KERNEL_NAME =
  /^\[?(?:kworker|ksoftirqd|kthreadd?|kswapd|kdevtmpfs|khugepaged|kcompactd|migration\/|rcu_|watchdog|kblockd|kauditd|khungtaskd|kintegrityd|jbd2\/|scsi_eh|irq\/|cpuhp\/|events\/|kjournald|netns\b|mm_percpu_wq|bioset|xfsaild|nvme-wq)/;

const kernelThreadName: ProcessRule = (process, state) => {
  const { exe, comm, cmdline } = process;
  if (state.isKernelThread(process) || (exe === '' && cmdline === '')) return undefined;
  const bracketed = /^\[[^\]]{1,64}\]$/.test(cmdline.trim());
  const named = KERNEL_NAME.test(comm) || KERNEL_NAME.test(programName(exe));
  if (!bracketed && !named) return undefined;
  const reasons = [
    'kernel threads have neither program nor command line, this one has',
    `program: ${exe || 'unreadable'}`,
  ];
  return { rule: MASQUERADE, reasons, confidence: 0.95 };
};

const TEMPORARY: Rule = {
  id: 'process.runs-from-temp',
  title: 'A program runs from a temporary or hidden folder',
  severity: 'high',
  techniques: ['T1564.001', 'T1036'],
};

const runsFromTemporary: ProcessRule = ({ exe }) => {
  if (inTemporaryFolder(exe)) return { rule: TEMPORARY, reasons: [`program: ${exe}`], confidence: 0.9 };
  if (!inHiddenFolder(exe)) return undefined;
  return { rule: { ...TEMPORARY, severity: 'medium' }, reasons: [`program: ${exe}`], confidence: 0.7 };
};

const SHELL_SOCKET: Rule = {
  id: 'process.reverse-shell',
  title: 'A shell talks to another host',
  severity: 'critical',
  techniques: ['T1059.004', 'T1071'],
};

const shellOnSocket: ProcessRule = (process, state) => {
  if (!isShell(process.exe) && !isShell(process.comm)) return undefined;
  const sockets = state
    .socketsOf(process.pid)
    .filter(({ protocol, state: phase }) => /^(?:tcp|udp)/.test(protocol) && phase === 'ESTABLISHED');
  if (sockets.length === 0) return undefined;
  const children = state
    .childrenOf(process.pid)
    .map(({ pid, cmdline }) => `its child process:${pid} ${cmdline}`);
  return {
    rule: SHELL_SOCKET,
    reasons: [
      ...sockets.map(({ remoteAddress, remotePort }) => `connected to ${remoteAddress}:${remotePort}`),
      ...children,
    ],
    confidence: 0.97,
  };
};

const SERVICE_SHELL: Rule = {
  id: 'process.interactive-shell-of-service',
  title: 'A service has started an interactive shell',
  severity: 'high',
  techniques: ['T1059.004', 'T1505.003'],
};

const SERVICES =
  /^(?:cron|crond|atd|anacron|apache2|httpd|nginx|php-fpm[0-9.]*|php[0-9.]*|java|node|mysqld|mariadbd|postgres|redis-server|tomcat\S*|gunicorn|uwsgi|lighttpd|caddy)$/;

const shellOfService: ProcessRule = (process, state) => {
  if (!isShell(process.exe) && !isShell(process.comm)) return undefined;
  if (!/(?:^|\s)-[a-hj-z]*i[a-z]*(?:\s|$)/.test(process.cmdline.slice(0, 256))) return undefined;
  const chain = state.ancestors(process);
  const service = chain.find(({ exe, comm }) => SERVICES.test(programName(exe)) || SERVICES.test(comm));
  if (service === undefined) return undefined;
  const line = [process, ...chain].map(({ pid, comm }) => `${comm}(${pid})`).join(' <- ');
  return { rule: SERVICE_SHELL, reasons: [`started below ${service.comm}`, line], confidence: 0.9 };
};

const HISTORY_OFF: Rule = {
  id: 'process.history-off',
  title: 'A process was started with the shell history switched off',
  severity: 'medium',
  techniques: ['T1070.003'],
};
const PRELOAD: Rule = {
  id: 'process.preload',
  title: 'A library from an odd place is put into a process',
  severity: 'high',
  techniques: ['T1574.006'],
};

const environmentOf = (process: LiveProcess, state: LiveState, name: string) =>
  state.environment.find((variable) => variable.pid === process.pid && variable.name === name)?.value;

const historyOff: ProcessRule = (process, state) => {
  if (environmentOf(process, state, 'HISTFILE') !== '/dev/null') return undefined;
  return { rule: HISTORY_OFF, reasons: ['HISTFILE=/dev/null'], confidence: 0.7 };
};

const preloaded: ProcessRule = (process, state) => {
  const value = environmentOf(process, state, 'LD_PRELOAD') ?? '';
  const odd = value.split(/[\s:]+/).filter((path) => inTemporaryFolder(path) || inHiddenFolder(path));
  return odd.length === 0 ? undefined : { rule: PRELOAD, reasons: [`LD_PRELOAD=${value}`], confidence: 0.9 };
};

/** In the order in which a report should tell them. */
export const PROCESS_RULES: readonly ProcessRule[] = [
  shellOnSocket,
  shellOfService,
  kernelThreadName,
  deletedExecutable,
  runsFromTemporary,
  preloaded,
  historyOff,
];
