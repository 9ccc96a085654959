import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/engine/line-splitter.js';
import { inChunks } from '../evidence/evidence.js';

async function split(bytes: Buffer, chunk: number, max?: number) {
  const lines: { text: string; number: number; offsetBytes: number; cut: boolean }[] = [];
  const splitter = new LineSplitter(({ text, number, offsetBytes, cut }) => {
    lines.push({ text, number, offsetBytes, cut });
  }, max);
  for await (const piece of inChunks(bytes, chunk)) splitter.push(piece);
  splitter.end();
  return lines;
}

describe('the line splitter', () => {
  it('gives the same lines, numbers and offsets however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 20 })),
        fc.integer({ min: 1, max: 30 }),
        async (texts, chunk) => {
          const clean = texts.map((text) => text.replace(/[\r\n]/g, ''));
          const bytes = Buffer.from(clean.map((text) => `${text}\n`).join(''));
          const lines = await split(bytes, chunk);
          expect(lines.map(({ text }) => text)).toEqual(clean);
          for (const { text, offsetBytes, number } of lines) {
            expect(bytes.toString('utf8', offsetBytes, offsetBytes + Buffer.byteLength(text))).toBe(text);
            expect(bytes.subarray(0, offsetBytes).filter((byte) => byte === 10).length).toBe(number - 1);
          }
        },
      ),
    );
  });

  it('takes CRLF, a last line without an end, and empty lines', async () => {
    const lines = await split(Buffer.from('a\r\n\nlast'), 2);
    expect(lines.map(({ text }) => text)).toEqual(['a', '', 'last']);
  });

  it.each([1, 7, 1000])('cuts a line that is too long and goes on after it (chunks of %i)', async (chunk) => {
    const lines = await split(Buffer.from(`${'x'.repeat(500)}\nnext\n`), chunk, 50);
    expect(lines.map(({ text, cut }) => [text.length, cut])).toEqual([
      [50, true],
      [4, false],
    ]);
    expect(lines[1]).toMatchObject({ number: 2, offsetBytes: 501 });
  });
});
