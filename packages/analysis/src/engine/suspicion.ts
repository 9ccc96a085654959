/** Folders that anybody may write to: no package puts a program there. */
export function inTemporaryFolder(path: string): boolean {
  return /^\/(?:tmp|var\/tmp|dev\/shm|run\/shm|run\/lock|dev\/mqueue)\//.test(path);
}

/** A folder or file whose name begins with a dot, outside the home folders, where that is usual. */
export function inHiddenFolder(path: string): boolean {
  if (/^\/(?:home\/[^/]+|root)\//.test(path)) return false;
  return /\/\.(?!\.?(?:\/|$))/.test(path) && !/\/\.(?:X11|ICE|font|XIM|Test)-unix(?:\/|$)/.test(path);
}

/** `/usr/bin/bash` -> `bash`, without ` (deleted)`. */
export function programName(path: string): string {
  const bare = path.replace(/ \(deleted\)$/, '');
  return bare.slice(bare.lastIndexOf('/') + 1);
}

const SHELLS = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'ksh',
  'mksh',
  'ash',
  'csh',
  'tcsh',
  'fish',
  'rbash',
  'busybox',
]);

export function isShell(path: string): boolean {
  return SHELLS.has(programName(path));
}

/** Ports on which intruders' tools listen by default and servers do not. */
export const BACKDOOR_PORTS: ReadonlySet<number> = new Set([
  1337, 1234, 4443, 4444, 4445, 5554, 6666, 6667, 9001, 12345, 13337, 31337, 31338, 54321, 65535,
]);

/** Ports of mining pools. */
export const MINING_PORTS: ReadonlySet<number> = new Set([
  3333, 3334, 3335, 5555, 7777, 8899, 9999, 10128, 13333, 14433, 14444, 20128, 45560, 45700,
]);

/** Not of this host and not of the networks that are nobody's outside. */
export function isPublicAddress(address: string): boolean {
  const bare = address.toLowerCase().replace(/^::ffff:/, '');
  if (bare.includes(':')) return !/^(?:::1?$|fe[89ab]|f[cd]|ff)/.test(bare);
  return !/^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|22[4-9]\.|23\d\.|255\.)/.test(
    bare,
  );
}
