import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Nobody: what commands of simulated hosts run as when the tests run as root. */
const NOBODY = 65_534;

/** Passed to `spawn`; empty where the tests are not root and cannot be anyone else. */
export const HOST_IDENTITY: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const SET_ID_BITS = 0o6000;

/** Gives a tree to the identity that the host's commands run as. */
export function giveToHost(path: string): void {
  const { uid, gid } = HOST_IDENTITY;
  if (uid === undefined || gid === undefined) return;
  const stat = lstatSync(path);
  lchownSync(path, uid, gid);
  // The kernel takes setuid and setgid away with the owner.
  if (stat.isFile() && (stat.mode & SET_ID_BITS) !== 0) chmodSync(path, stat.mode & 0o7777);
  if (stat.isDirectory()) for (const name of readdirSync(path)) giveToHost(join(path, name));
}
