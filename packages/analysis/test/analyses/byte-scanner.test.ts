import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteScanner } from '../../src/analyses/indicators/byte-scanner.js';
import { needlesOf, standsAlone } from '../../src/analyses/indicators/needles.js';

const NEEDLES = needlesOf({ addresses: ['10.0.0.1', '203.0.113.66'], domains: ['evil.example'] });

function scan(bytes: Buffer, chunk: number) {
  const hits: { offsetBytes: number; line: number; text: string }[] = [];
  const scanner = new ByteScanner(NEEDLES, ({ offsetBytes, line, needle }) =>
    hits.push({ offsetBytes, line, text: needle.text }),
  );
  for (let at = 0; at < bytes.length; at += chunk) scanner.push(bytes.subarray(at, at + chunk));
  scanner.end();
  return hits;
}

/** The plain way: every place, whole input in memory. */
function reference(bytes: Buffer) {
  const hits: { offsetBytes: number; line: number; text: string }[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    for (const needle of NEEDLES) {
      const end = at + needle.bytes.length;
      if (
        !bytes.subarray(at, end).equals(needle.bytes) ||
        !standsAlone(needle, { before: bytes[at - 1], after: bytes[end], next: bytes[end + 1] })
      )
        continue;
      hits.push({
        offsetBytes: at,
        line: bytes.subarray(0, at).filter((byte) => byte === 10).length + 1,
        text: needle.text,
      });
    }
  }
  return hits;
}

describe('the byte scanner', () => {
  it('finds the same as reading all at once, however the stream is cut', () => {
    const piece = fc.constantFrom(
      '10.0.0.1',
      '203.0.113.66',
      'evil.example',
      '\n',
      ' ',
      '1',
      '.',
      'x',
      '-',
      '10.0.0.',
      '\n\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (pieces, chunk) => {
        const bytes = Buffer.from(pieces.join(''));
        expect(scan(bytes, chunk)).toEqual(reference(bytes));
      }),
      { numRuns: 1_500 },
    );
  });
});
