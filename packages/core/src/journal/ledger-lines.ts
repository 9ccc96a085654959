const NEWLINE = 0x0a;

/** Stored bytes as lines. Bytes after the last line's end were torn off by the death of their writer. */
export interface LedgerLines {
  readonly lines: readonly string[];
  /** Of the whole lines. */
  readonly sizeBytes: number;
  readonly torn: Uint8Array;
}

/** Bytes that are not UTF-8 must not pass for U+FFFD: such a line reads as '', which is no entry. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}

export function splitLines(bytes: Uint8Array): LedgerLines {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(decode(bytes.subarray(start, end)));
    start = end + 1;
  }
  return { lines, sizeBytes: start, torn: bytes.subarray(start) };
}
