import { randomUUID } from 'node:crypto';
import { readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { JournalInUse } from '../engine/entry.js';
import { createDurably, errorCode, syncDirectory, writeTemporary } from './durable-file.js';
import {
  isProvenDead,
  ownIdentity,
  type ProcessIdentity,
  ProcessIdentitySchema,
} from './process-identity.js';

const OwnerSchema = v.object({ token: v.pipe(v.string(), v.uuid()), owner: ProcessIdentitySchema });
type Owner = v.InferOutput<typeof OwnerSchema>;

function inUse(path: string, owner?: ProcessIdentity): JournalInUse {
  const who =
    owner === undefined ? 'an unknown process' : `process ${owner.pid} on ${JSON.stringify(owner.host)}`;
  return new JournalInUse(`The journal is written by ${who}. If that has ended for certain, delete ${path}.`);
}

export interface FileLock {
  release(): Promise<void>;
}

async function readOwner(path: string): Promise<Owner | 'free' | 'unreadable'> {
  try {
    const parsed = v.safeParse(OwnerSchema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : 'unreadable';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'free' : 'unreadable';
  }
}

/** Replaces the lock by ours. Only for whoever holds the right to. */
async function replaceLock(path: string, text: string): Promise<void> {
  await rename(await writeTemporary(path, text), path);
  await syncDirectory(dirname(path));
}

/**
 * Follows the chain of dead owners: the right to replace a dead owner's lock is itself a file, named by that owner's
 * token, that one process can create; when that process dies too, the right to its right, and so on. Tokens never come
 * back, so a right that was won cannot be won again.
 *
 * @returns the tokens of the dead, when the last right is ours
 */
async function winRight(path: string, first: Owner, ours: string): Promise<ReadonlySet<string>> {
  const dead = new Set<string>();
  for (let owner = first; ; ) {
    if (!(await isProvenDead(owner.owner))) throw inUse(path, owner.owner);
    dead.add(owner.token);
    const right = `${path}.taken-from-${owner.token}`;
    if (await createDurably(right, ours)) return dead;
    const next = await readOwner(right);
    if (next === 'free' || next === 'unreadable' || dead.has(next.token)) throw inUse(path);
    owner = next;
  }
}

/** One try: ours, or undefined when the lock changed hands meanwhile. */
async function tryLock(path: string, ours: string): Promise<boolean> {
  if (await createDurably(path, ours)) return true;
  const owner = await readOwner(path);
  if (owner === 'free') return false;
  if (owner === 'unreadable') throw inUse(path);
  const dead = await winRight(path, owner, ours);
  // Between reading and winning it may have been taken over, used and given back: then the right is worth nothing.
  const present = await readOwner(path);
  if (typeof present === 'string' || !dead.has(present.token)) return false;
  await replaceLock(path, ours);
  return true;
}

/**
 * Takes the lock file at `path`, also from an owner that is proved dead: its pid is gone, or means another process
 * (start time), or the machine has booted since. An owner on another machine or in another container cannot be judged.
 *
 * @throws JournalInUse when the owner may be alive
 */
export async function lockFile(path: string): Promise<FileLock> {
  const token = randomUUID();
  const ours = JSON.stringify({ token, owner: await ownIdentity() });
  while (!(await tryLock(path, ours)));
  return {
    async release() {
      const owner = await readOwner(path);
      if (typeof owner !== 'string' && owner.token === token) await unlink(path);
    },
  };
}
