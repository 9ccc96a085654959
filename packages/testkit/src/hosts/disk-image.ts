import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';
import type { DeviceFileSystem } from './devices.js';
import { giveToHost } from './identity.js';
import { removeTree } from './remove-tree.js';

/** What a disk held at one moment: the content of snapshots, and of volumes made from them. Never changed again. */
export interface DiskImage {
  readonly kind: 'disk-image';
  readonly partitions: readonly (DeviceFileSystem & { readonly number: number })[];
  readonly whole?: DeviceFileSystem;
}

export function isDiskImage(content: unknown): content is DiskImage {
  return (
    typeof content === 'object' && content !== null && 'kind' in content && content.kind === 'disk-image'
  );
}

/** A folder for a world's disks, removed with the world. */
const folderOf = slice((world: SimulatedWorld): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-disks-'));
  giveToHost(folder);
  world.onDispose(() => removeTree(folder));
  return folder;
});

/** An empty folder that a file system may lie in. */
export function diskFolder(world: SimulatedWorld): string {
  const folder = mkdtempSync(join(folderOf(world), 'fs-'));
  giveToHost(folder);
  return folder;
}

/** Copies a tree with modes, times and links, but for some entries of its top; those stay as empty folders. */
export function copyTree(from: string, to: string, without: readonly string[] = []): void {
  const names = readdirSync(from).filter((name) => !without.includes(name));
  // Node's own copy loses the times of folders.
  const paths = names.map((name) => join(from, name));
  const copied = spawnSync('cp', ['-a', '--reflink=auto', '--', ...paths, to], { encoding: 'utf8' });
  if (names.length > 0 && copied.status !== 0) throw new Error(`copying ${from} failed: ${copied.stderr}`);
  for (const name of without) mkdirSync(join(to, name), { recursive: true });
  giveToHost(to);
}

/**
 * A file system that is filled when somebody first looks into it: of most snapshots nobody does, and a tree of thousands
 * of files is a lot of work. `fill` must give the same whenever it is asked.
 */
export function filledLater<Rest extends object>(
  world: SimulatedWorld,
  rest: Rest,
  fill: (folder: string) => void,
): Rest & { readonly folder: string } {
  let filled: string | undefined;
  return {
    ...rest,
    get folder() {
      if (filled === undefined) {
        filled = diskFolder(world);
        fill(filled);
      }
      return filled;
    },
  };
}
