import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

function openFolders(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(path, entry.name));
  }
}

/** Removes a tree, also what is read-only in it: whoever is not root must first be let into the folders. */
export function removeTree(path: string): void {
  openFolders(path);
  rmSync(path, { recursive: true, force: true });
}
