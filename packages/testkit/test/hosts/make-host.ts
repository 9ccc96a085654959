import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limeModule } from '../../src/hosts/lime-module.js';
import type { MachineOptions } from '../../src/hosts/machine-folder.js';
import type { HostNetwork } from '../../src/hosts/network.js';
import { SimulatedHost } from '../../src/hosts/simulated-host.js';
import { plantTree } from '../../src/scenario/planted-tree.js';

export const NOW = new Date('2026-11-20T03:40:00Z');
const hosts: SimulatedHost[] = [];

export function makeHost(machine: MachineOptions = {}, network?: HostNetwork): SimulatedHost {
  const host = new SimulatedHost({
    name: 'i-0f3a9c51d2b7e8460',
    now: () => NOW,
    plant: (root) => {
      plantTree(root);
      mkdirSync(join(root, 'opt'), { recursive: true });
      writeFileSync(join(root, 'opt/lime.ko'), limeModule('6.1.0-28-cloud-amd64'));
      writeFileSync(join(root, 'opt/other.ko'), limeModule('5.10.0-1-amd64'));
    },
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
