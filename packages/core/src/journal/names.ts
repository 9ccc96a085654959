import { shown } from '../findings/problem.js';

/** Ledger of the run itself. */
export const RUN = 'run';

const INCIDENT_ID = /^[a-z0-9][a-z0-9-]{7,47}$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
const PLAIN = /[a-z0-9._-]/;
const MAX_NAME_BYTES = 200;
const LATER_RUN = /^((?:release|retry|sweep)-[0-9]+\/)/;

/** Whether it fits session names, execution names and keys alike. */
export function isIncidentId(text: string): boolean {
  return INCIDENT_ID.test(text);
}

/** @throws RangeError when the id is not 8 to 48 of `a-z 0-9 -` */
export function assertIncidentId(text: string): void {
  if (isIncidentId(text)) return;
  throw new RangeError(`An incident id has 8 to 48 of a-z, 0-9 and '-': ${shown(text)}`);
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (PLAIN.test(character)) return character;
  return character === '/' ? '~' : `%${byte.toString(16).padStart(2, '0')}`;
}

/**
 * A ledger's or suspect's name as one file name: `release-1/disk.snapshots` is `release-1~disk.snapshots`. Different
 * names stay different, also where the file system does not tell `A` from `a`.
 *
 * @throws RangeError when the name is empty, too long, or holds other than printable ASCII
 */
export function encodeName(name: string): string {
  const encoded = Array.from(Buffer.from(name, 'utf8'), encodeByte).join('').replace(/^\./, '%2e');
  if (!PRINTABLE.test(name) || encoded.length > MAX_NAME_BYTES) {
    throw new RangeError(`A name has 1 to ${MAX_NAME_BYTES} printable ASCII characters: ${shown(name)}`);
  }
  return encoded;
}

/** The inverse of `encodeName`; undefined for what it never makes. */
export function decodeName(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded.replaceAll('~', '/'));
    return encodeName(name) === encoded ? name : undefined;
  } catch {
    return undefined;
  }
}

/** The run that a ledger belongs to: `''` for the incident's own, `release-1/`, `retry-1/` for later ones. */
export function runOf(ledger: string): string {
  return LATER_RUN.exec(ledger)?.[1] ?? '';
}

/** The ledger in which the run of this ledger is opened and closed. */
export function runLedgerOf(ledger: string): string {
  return `${runOf(ledger)}${RUN}`;
}
