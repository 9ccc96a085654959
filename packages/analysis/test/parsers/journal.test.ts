import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JournalEntry, JournalParser } from '../../src/parsers/journal/journal-parser.js';
import { BadLz4Block, uncompressLz4Block } from '../../src/parsers/journal/lz4-block.js';
import { asJournalctl } from './journal-json.js';
import { recompressed } from './recompress-journal.js';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

function parse(bytes: Uint8Array, chunk = 65_536) {
  const entries: JournalEntry[] = [];
  const parser = new JournalParser({ entry: (entry) => entries.push(entry) });
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  return { entries, parser };
}

/** Where the hash tables end. */
function firstObject(bytes: Buffer): number {
  return bytes.indexOf('_MACHINE_ID=') - 72;
}

// Made by systemd-journal-remote 252, read by its journalctl: `-o json -a`.
const KINDS = ['plain', 'compact', 'zstd', 'zstd-compact'];

describe('a systemd journal', () => {
  it.each(KINDS)('is read as journalctl reads it: %s', (kind) => {
    const { entries, parser } = parse(gunzipSync(fixture(`${kind}.journal.gz`)));
    const lines = gunzipSync(fixture(`${kind}.json.gz`))
      .toString('utf8')
      .trim()
      .split('\n');
    const seqnumId = parser.header?.seqnumId ?? '';
    expect(entries.map((entry) => asJournalctl(entry, seqnumId))).toEqual(
      lines.map((line) => JSON.parse(line)),
    );
    expect(parser.faults).toEqual({ header: undefined, unreadableFields: 0, damagedAt: undefined });
  });

  // What systemd wrote before version 246.
  it.each(['xz', 'lz4'] as const)('is read as it was before its fields were compressed: %s', (kind) => {
    for (const name of ['plain', 'compact']) {
      const plain = gunzipSync(fixture(`${name}.journal.gz`));
      const { bytes, fields } = recompressed(plain, kind);
      const { entries, parser } = parse(bytes);
      expect(fields).toBeGreaterThan(5);
      expect(entries).toEqual(parse(plain).entries);
      expect(parser.faults).toEqual({ header: undefined, unreadableFields: 0, damagedAt: undefined });
    }
  });

  it('keeps no more of its fields than there is room for, and says how many it left out', () => {
    const bytes = gunzipSync(fixture('zstd.journal.gz'));
    const all = parse(bytes).entries;
    const entries: JournalEntry[] = [];
    const parser = new JournalParser({ entry: (entry) => entries.push(entry), mostKeptBytes: 20_000 });
    parser.push(bytes);
    const kept = new Set(entries.flatMap(({ fields }) => [...fields.values()].flat()));
    expect(entries.map(({ seqnum }) => seqnum)).toEqual(all.map(({ seqnum }) => seqnum));
    expect(kept.size).toBeGreaterThan(20);
    expect([...kept].reduce((sum, value) => sum + value.length, 0)).toBeLessThan(25_000);
    expect(parser.faults.unreadableFields).toBeGreaterThan(20);
  });

  it('is the same in whatever pieces it comes', () => {
    const bytes = gunzipSync(fixture('zstd.journal.gz'));
    const { entries } = parse(bytes);
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1_000_000 }), (chunk) => {
        expect(parse(bytes, chunk).entries).toEqual(entries);
      }),
      { numRuns: 10 },
    );
  });

  it('keeps only the fields that are wanted', () => {
    const entries: JournalEntry[] = [];
    const parser = new JournalParser({
      entry: (entry) => entries.push(entry),
      wants: (field) => field === 'MESSAGE',
    });
    parser.push(gunzipSync(fixture('plain.journal.gz')));
    expect(entries).toHaveLength(400);
    expect(new Set(entries.flatMap(({ fields }) => [...fields.keys()]))).toEqual(new Set(['MESSAGE']));
  });

  it('that is none is told, and so is one of a format to come', () => {
    expect(parse(Buffer.alloc(200, 'x')).parser.faults.header).toBe('NOT_A_JOURNAL');
    const bytes = gunzipSync(fixture('plain.journal.gz')).subarray(0, 4096);
    bytes.writeUInt32LE(1 << 9, 12);
    expect(parse(bytes).parser.faults.header).toBe('UNKNOWN_FORMAT');
  });

  it('that somebody has damaged never throws, and ends with what could be read', () => {
    const all = gunzipSync(fixture('zstd-compact.journal.gz'));
    const first = firstObject(all);
    const whole = all.subarray(0, first + 150_000);
    const place = fc.oneof(fc.nat(271), fc.integer({ min: first, max: whole.length - 1 }));
    const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const { entries } = parse(bytes);
        expect(entries.length).toBeLessThanOrEqual(whole.length / 64);
      }),
      { numRuns: 150 },
    );
  });

  it('says where it could not be read on', () => {
    const bytes = gunzipSync(fixture('plain.journal.gz'));
    const at = firstObject(bytes) + 50_000;
    bytes.fill(0xff, at);
    const { entries, parser } = parse(bytes);
    expect(entries.length).toBeGreaterThan(0);
    expect(parser.faults.damagedAt).toBeGreaterThan(at - 65_536);
  });
});

describe('an LZ4 block', () => {
  // Made by python-lz4 4: [block, what is in it], in base64.
  const blocks = JSON.parse(fixture('lz4-blocks.json').toString('utf8')) as readonly [string, string][];

  it.each(blocks.map(([block, plain], index) => [index, block, plain] as const))(
    'is uncompressed as its own library does (%i)',
    (_index, block, plain) => {
      const expected = Buffer.from(plain, 'base64');
      expect(uncompressLz4Block(Buffer.from(block, 'base64'), expected.length)).toEqual(expected);
    },
  );

  it('that is damaged is refused, and never read or written beyond', () => {
    const [block = ''] = blocks.at(-3) ?? [];
    const size = Buffer.from(blocks.at(-3)?.[1] ?? '', 'base64').length;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(size * 2), (at, value, claimed) => {
        const bytes = Buffer.from(block, 'base64');
        bytes[at % bytes.length] = value;
        try {
          expect(uncompressLz4Block(bytes, claimed)).toHaveLength(claimed);
        } catch (error) {
          expect(error).toBeInstanceOf(BadLz4Block);
        }
      }),
    );
  });
});
