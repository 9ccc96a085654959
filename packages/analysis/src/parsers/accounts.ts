import { integer } from './tsv.js';

/** A line of /etc/passwd. */
export interface PasswdEntry {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** The second field holds a hash, or nothing at all, instead of `x`. */
  readonly passwordInPlace: boolean;
}

export function parsePasswd(text: string): PasswdEntry | undefined {
  const [user, password = '', uidText, gidText, , home = '', shell = ''] = text.split(':');
  const uid = integer(uidText);
  const gid = integer(gidText);
  if (user === undefined || user === '' || uid === undefined || gid === undefined) return undefined;
  return { user, uid, gid, home, shell, passwordInPlace: !/^[x*!]/.test(password) };
}

/** A line of /etc/group. */
export interface GroupEntry {
  readonly group: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export function parseGroup(text: string): GroupEntry | undefined {
  const [group, , gidText, members = ''] = text.split(':');
  const gid = integer(gidText);
  if (group === undefined || group === '' || gid === undefined) return undefined;
  return { group, gid, members: members.split(',').filter((member) => member !== '') };
}

/** A line of /etc/shadow, without its hash: that is a secret, and reports need only know what kind it is. */
export interface ShadowEntry {
  readonly user: string;
  readonly password: 'hash' | 'locked' | 'none';
  /** Days since the epoch. */
  readonly changedDay: number | undefined;
}

export function parseShadow(text: string): ShadowEntry | undefined {
  const [user, password, changed] = text.split(':');
  if (user === undefined || user === '' || password === undefined) return undefined;
  const kind = password === '' ? 'none' : /^[*!]/.test(password) ? 'locked' : 'hash';
  return { user, password: kind, changedDay: integer(changed) };
}
