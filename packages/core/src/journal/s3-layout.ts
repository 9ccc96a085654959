import { splitLines } from './ledger-lines.js';
import { decodeName, encodeName } from './names.js';

const SEQ_DIGITS = 8;
const FILE = /^([0-9]{8})\.jsonl$/;

/** Entries that were appended together. */
export interface Batch {
  readonly ledger: string;
  /** Of its first entry. */
  readonly seq: number;
}

/** Whether a batch could have this name within its ledger's folder. */
export function isBatchFile(name: string): boolean {
  return FILE.test(name);
}

/** Which batch lies under this key, which begins after the incident's folder; undefined for what is none. */
export function batchOf(name: string): Batch | undefined {
  const [encoded = '', file = '', ...deeper] = name.split('/');
  const ledger = decodeName(encoded);
  const digits = FILE.exec(file)?.[1];
  if (ledger === undefined || digits === undefined || deeper.length > 0) return undefined;
  return { ledger, seq: Number(digits) };
}

export function batchName({ ledger, seq }: Batch): string {
  return `${encodeName(ledger)}/${String(seq).padStart(SEQ_DIGITS, '0')}.jsonl`;
}

/** Lines of an object. It was written whole: bytes without a line's end are a line that nobody wrote. */
export function batchLines(bytes: Uint8Array): readonly string[] {
  const { lines, torn } = splitLines(bytes);
  return torn.length === 0 ? lines : [...lines, ''];
}
