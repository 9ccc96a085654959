import type { AccessKey } from './principal.js';
import type { SimulatedWorld } from './world.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_DIGITS = 16;

// For the whole process: the clients' `send` is stubbed once, and the key tells whose world a call belongs to.
const keys = new Map<string, { readonly world: SimulatedWorld; readonly key: AccessKey }>();
let issued = 0;

/** An access key id that no other world of this process has: `AKIA...` for good, `ASIA...` for a session. */
export function nextAccessKeyId(kind: 'AKIA' | 'ASIA'): string {
  issued += 1;
  let digits = '';
  for (let rest = issued; digits.length < KEY_DIGITS; rest = Math.floor(rest / ALPHABET.length)) {
    digits = `${ALPHABET[rest % ALPHABET.length]}${digits}`;
  }
  return `${kind}${digits}`;
}

export function rememberKey(world: SimulatedWorld, key: AccessKey): void {
  keys.set(key.accessKeyId, { world, key });
}

export function findKey(
  accessKeyId: string,
): { readonly world: SimulatedWorld; readonly key: AccessKey } | undefined {
  return keys.get(accessKeyId);
}

export function forgetKey(accessKeyId: string): void {
  keys.delete(accessKeyId);
}
