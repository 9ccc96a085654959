import { limeModule } from '../../src/hosts/lime-module.js';
import type { MachineOptions } from '../../src/hosts/machine-folder.js';
import type { HostNetwork } from '../../src/hosts/network.js';
import { SimulatedHost } from '../../src/hosts/simulated-host.js';
import { paintMachine } from '../../src/scenario/proc/machine-files.js';
import { timelineOf } from '../../src/scenario/timeline.js';
import { treeDraft } from '../../src/scenario/tree/draft.js';

export const NOW = new Date('2026-11-20T03:40:00Z');
const hosts: SimulatedHost[] = [];

/** A machine and little else: the whole planted server would cost most of the time here. */
function plant(root: string): void {
  const draft = treeDraft();
  const at = NOW;
  draft.file('etc/lvm/lvm.conf', 'global {\n\tevent_activation = 0\n}\n', { at });
  draft.file('etc/hostname', 'ip-10-20-3-44\n', { at });
  draft.file('opt/lime.ko', limeModule('6.1.0-28-cloud-amd64'), { at });
  draft.file('opt/other.ko', limeModule('5.10.0-1-amd64'), { at });
  draft.file('var/tmp/.x/.sh', 'setuid', { at, mode: 0o4755 });
  paintMachine(draft, timelineOf(NOW), { memoryMiB: 16 });
  draft.write(root);
}

export function makeHost(machine: MachineOptions = {}, network?: HostNetwork): SimulatedHost {
  const host = new SimulatedHost({
    name: 'i-0f3a9c51d2b7e8460',
    now: () => NOW,
    plant,
    machine,
    ...(network === undefined ? {} : { network }),
  });
  hosts.push(host);
  return host;
}

export async function disposeHosts(): Promise<void> {
  for (const host of hosts.splice(0)) await host.dispose();
}

/** A bash script with the strictness that Cordon's have. */
export const strict = (text: string) => `#!/usr/bin/env bash\nset -euo pipefail\n${text}\n`;
