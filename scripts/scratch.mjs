// A folder for what the tests write.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const ROOM = 4 * 2 ** 30;

function hasRoom(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

/** Some containers mount it without the right to execute, and the simulated hosts run their commands there. */
function executes(folder) {
  const program = join(folder, 'probe');
  try {
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(program, { force: true });
  }
}

function made(parent) {
  const folder = mkdtempSync(join(parent, 'cordon-tests-'));
  // Simulated hosts run commands as somebody else.
  chmodSync(folder, 0o1777);
  return folder;
}

/**
 * In memory, where there is room: the simulated hosts make and remove some hundred thousand small files, which on a disk
 * is a third of what the tests cost. A `TMPDIR` that is set is kept to.
 */
export function scratchFolder() {
  if (process.env.TMPDIR !== undefined || !hasRoom(IN_MEMORY)) return made(tmpdir());
  let folder;
  try {
    folder = made(IN_MEMORY);
  } catch {
    return made(tmpdir());
  }
  if (executes(folder)) return folder;
  rmSync(folder, { recursive: true });
  return made(tmpdir());
}
