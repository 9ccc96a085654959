import { execFileSync } from 'node:child_process';
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../hosts/remove-tree.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';

const folderOf = slice((world: SimulatedWorld) => {
  const folder = mkdtempSync(join(process.env['CORDON_GUEST_DISKS'] ?? tmpdir(), 'cordon-guest-disks-'));
  world.onDispose(() => removeTree(folder));
  return folder;
});

/** A copy of a disk that takes as much room as is written; it lives as long as the world. */
export function copyDisk(world: SimulatedWorld, from: string): string {
  const to = join(folderOf(world), `${world.id('disk')}.raw`);
  execFileSync('cp', ['--sparse=always', '--reflink=auto', '--', from, to]);
  return to;
}

/** A disk of zeros. */
export function blankDisk(world: SimulatedWorld, sizeBytes: number): string {
  const file = join(folderOf(world), `${world.id('disk')}.raw`);
  writeFileSync(file, '');
  truncateSync(file, sizeBytes);
  return file;
}
