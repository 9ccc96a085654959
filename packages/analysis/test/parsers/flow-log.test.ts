import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowLogParser, type FlowRecord } from '../../src/parsers/flow-log.js';
import { parquetFlows } from '../../src/parsers/flow-log-parquet.js';

function read(text: string): readonly FlowRecord[] {
  const parser = new FlowLogParser();
  return text.split('\n').flatMap((line) => parser.parse(line) ?? []);
}

async function all(bytes: Uint8Array): Promise<readonly FlowRecord[]> {
  const records: FlowRecord[] = [];
  for await (const record of parquetFlows(bytes)) records.push(record);
  return records;
}

const V2 =
  '2 111122223333 eni-0a1b2c3d 10.20.1.10 198.51.100.9 40001 443 6 14 1176 1795143600 1795143659 ACCEPT OK';
const FLOW: FlowRecord = {
  interfaceId: 'eni-0a1b2c3d',
  source: '10.20.1.10',
  destination: '198.51.100.9',
  sourcePort: 40001,
  destinationPort: 443,
  protocol: 6,
  packets: 14,
  bytes: 1176,
  fromMs: 1_795_143_600_000,
  toMs: 1_795_143_659_000,
  isAccepted: true,
  direction: undefined,
};

describe('a flow log', () => {
  it('of version 2 needs no header', () => {
    expect(read(V2)).toEqual([FLOW]);
    expect(
      read(
        `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n${V2}`,
      ),
    ).toEqual([FLOW]);
  });

  it('has its fields in any order, also those of versions 3 to 5, and the packet’s own address', () => {
    const custom = `flow-direction dstaddr srcaddr pkt-dstaddr tcp-flags instance-id start end action bytes packets protocol srcport dstport interface-id\negress 10.20.9.9 10.20.1.10 198.51.100.9 19 i-0abc 1795143600 1795143659 REJECT 1176 14 6 40001 443 eni-0a1b2c3d`;
    expect(read(custom)).toEqual([{ ...FLOW, isAccepted: false, direction: 'egress' }]);
  });

  it('has records without data', () => {
    expect(read('2 111122223333 eni-0a1b2c3d - - - - - - - 1795143600 1795143659 - NODATA')).toEqual([]);
  });

  it('takes any line without throwing', () => {
    const word = fc.constantFrom(
      'srcaddr',
      'dstaddr',
      'start',
      '10.0.0.1',
      '::',
      '-',
      '1795143600',
      '99999999999999999999',
      'ACCEPT',
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 20 }), { maxLength: 6 }),
        (lines) => {
          for (const { fromMs, bytes } of read(lines.map((words) => words.join(' ')).join('\n')))
            expect(Number.isSafeInteger(fromMs) && Number.isSafeInteger(bytes)).toBe(true);
        },
      ),
    );
  });
});

describe('a flow log in Parquet', () => {
  // Made by pyarrow 22, gzip within, 300 rows in groups of 128, the last without data.
  const file = readFileSync(new URL('fixtures/flow-log.parquet', import.meta.url));

  it('tells what its writer put in', async () => {
    const records = await all(file);
    expect(records).toHaveLength(299);
    expect(records).toEqual(
      records.map((_, i) => ({
        interfaceId: 'eni-0a1b2c3d4e5f60718',
        source: i % 3 ? '10.20.1.10' : `198.51.100.${(i % 200) + 1}`,
        destination: i % 3 ? `198.51.100.${(i % 200) + 1}` : '10.20.1.10',
        sourcePort: i % 3 ? 40_000 + i : 443,
        destinationPort: i % 3 ? 443 : 40_000 + i,
        protocol: 6,
        packets: i + 1,
        bytes: (i + 1) * 100,
        fromMs: (1_795_143_600 + i * 60) * 1000,
        toMs: (1_795_143_659 + i * 60) * 1000,
        isAccepted: i % 10 !== 0,
        direction: undefined,
      })),
    );
  });

  it('that is damaged ends, and gives no more than it had', async () => {
    const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const broken = Uint8Array.from(file);
        for (const [at, value] of changes) broken[at] = value;
        const read = await all(broken).catch(() => []);
        expect(read.length).toBeLessThanOrEqual(5_000_000);
      }),
      { numRuns: 100 },
    );
  });
});
