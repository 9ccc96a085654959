/** A change to accounts, as useradd, usermod, groupadd, passwd and chage tell the log. */
export type AccountEvent =
  | {
      readonly kind: 'user-added';
      readonly user: string;
      readonly uid: number | undefined;
      readonly shell: string | undefined;
    }
  | { readonly kind: 'user-removed'; readonly user: string }
  | { readonly kind: 'group-added'; readonly group: string; readonly gid: number | undefined }
  | { readonly kind: 'added-to-group'; readonly user: string; readonly group: string }
  | { readonly kind: 'password-changed'; readonly user: string }
  | { readonly kind: 'uid-changed'; readonly user: string; readonly uid: number | undefined };

/** The tools whose messages are known. */
export const ACCOUNT_PROGRAMS: readonly string[] = [
  'useradd',
  'adduser',
  'usermod',
  'userdel',
  'groupadd',
  'gpasswd',
  'passwd',
  'chpasswd',
  'newusers',
];
const PROGRAMS = new Set(ACCOUNT_PROGRAMS);

/** Parses a message of one of the account tools; `undefined` for other programs and messages. */
export function parseAccountLog(program: string, message: string): AccountEvent | undefined {
  if (!PROGRAMS.has(program)) return undefined;
  return added(message) ?? groups(message) ?? changed(message);
}

function added(message: string): AccountEvent | undefined {
  const user = /^new user: name=([^,]{1,256})/.exec(message)?.[1];
  if (user !== undefined) {
    const shell = /, shell=([^,]*)/.exec(message)?.[1];
    return { kind: 'user-added', user, uid: numberIn(message, 'UID'), shell };
  }
  const group = /^new group: name=([^,]{1,256})/.exec(message)?.[1];
  if (group !== undefined) return { kind: 'group-added', group, gid: numberIn(message, 'GID') };
  const removed = /^delete user '([^']{1,256})'$/.exec(message)?.[1];
  return removed === undefined ? undefined : { kind: 'user-removed', user: removed };
}

function groups(message: string): AccountEvent | undefined {
  const match =
    /^add '([^']{1,256})' to (?:shadow )?group '([^']{1,256})'/.exec(message) ??
    /^user (\S{1,256}) added by \S+ to group (\S{1,256})$/.exec(message);
  if (match === null) return undefined;
  return { kind: 'added-to-group', user: match[1] ?? '', group: match[2] ?? '' };
}

function changed(message: string): AccountEvent | undefined {
  const user =
    /password changed for (\S{1,256})$/.exec(message)?.[1] ??
    /^change user '([^']{1,256})' password$/.exec(message)?.[1];
  if (user !== undefined) return { kind: 'password-changed', user };
  const uid = /^change user '([^']{1,256})' UID from '\d+' to '(\d+)'$/.exec(message);
  return uid === null ? undefined : { kind: 'uid-changed', user: uid[1] ?? '', uid: Number(uid[2]) };
}

function numberIn(message: string, name: 'UID' | 'GID'): number | undefined {
  const digits = new RegExp(`, ${name}=(\\d{1,10})`).exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
