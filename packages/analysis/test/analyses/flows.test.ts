import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const START = Date.parse('2026-11-20T00:00:00Z') / 1000;
const NAME =
  'control-plane/flow-logs/111122223333_vpcflowlogs_eu-west-1_fl-0abc_20261120T0000Z_1a2b3c4d.log.gz';
const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

interface Flow {
  readonly to: string;
  readonly port: number;
  readonly at: number;
  readonly from?: number;
  readonly bytes?: number;
  readonly action?: string;
}

const out = ({ to, port, at, from = 40_000 + (at % 20_000), bytes = 500, action = 'ACCEPT' }: Flow) =>
  `2 111122223333 eni-0abc 10.20.1.10 ${to} ${from} ${port} 6 5 ${bytes} ${START + at} ${START + at + 20} ${action} OK`;
const back = ({ to, port, at, from = 40_000 + (at % 20_000), bytes = 500 }: Flow) =>
  `2 111122223333 eni-0abc ${to} 10.20.1.10 ${port} ${from} 6 5 ${bytes} ${START + at} ${START + at + 20} ACCEPT OK`;

const packed = (lines: readonly string[]) => ({ [NAME]: gzipSync([HEADER, ...lines].join('\n')) });
const regular = (flow: Omit<Flow, 'at'>, every: number, count: number) =>
  Array.from({ length: count }, (_, index) => out({ ...flow, at: index * every + (index % 3) }));

describe('flow logs', () => {
  it('show traffic with an address of the finding, and how much', async () => {
    const { bad, events } = await resultsOf(
      packed([
        out({ to: '203.0.113.66', port: 4444, at: 60 }),
        back({ to: '203.0.113.66', port: 4444, at: 60, bytes: 900 }),
      ]),
    );
    expect(told(bad)).toEqual([`network.flow-finding-remote ip:203.0.113.66 ${NAME}:2`]);
    expect(bad[0]).toMatchObject({ severity: 'high', excerpt: '500 bytes out, 900 bytes in, 2 flows' });
    expect(events.map(({ at }) => at)).toEqual(['2026-11-20T00:01:00.000Z', '2026-11-20T00:01:20.000Z']);
  });

  it('show that it was refused', async () => {
    const { bad } = await resultsOf(
      packed([out({ to: '203.0.113.66', port: 4444, at: 60, action: 'REJECT' })]),
    );
    expect(bad.map(({ severity, title }) => [severity, title])).toEqual([
      ['medium', 'Traffic with 203.0.113.66, which the finding names, was refused'],
    ]);
  });

  it('show a beacon by its clock, the graver the odder its port', async () => {
    const { bad } = await resultsOf(packed(regular({ to: '198.51.100.9', port: 31337 }, 300, 40)));
    expect(bad.map(({ rule, severity, title }) => [rule, severity, title])).toEqual([
      ['network.beacon', 'medium', 'The host called 198.51.100.9 port 31337 every 301 seconds, 40 times'],
    ]);
    const { bad: agents, info } = await resultsOf(packed(regular({ to: '198.51.100.9', port: 443 }, 60, 40)));
    expect(agents).toEqual([]);
    expect(info.map(({ rule }) => rule)).toEqual(['network.beacon']);
  });

  it('take one long connection, or calls without a clock, for no beacon', async () => {
    const long = Array.from({ length: 60 }, (_, index) =>
      out({ to: '198.51.100.9', port: 8443, at: index * 60, from: 40_001 }),
    );
    const odd = Array.from({ length: 60 }, (_, index) =>
      out({ to: '198.51.100.10', port: 8443, at: index * index * 37 }),
    );
    const { bad, info } = await resultsOf(packed([...long, ...odd]));
    expect([...bad, ...info]).toEqual([]);
  });

  it('show a scan, and no crowd of customers', async () => {
    const scan = Array.from({ length: 150 }, (_, index) =>
      out({ to: `10.20.${index}.7`, port: 22, at: index }),
    );
    const customers = Array.from({ length: 300 }, (_, index) => [
      back({ to: `192.0.2.${index % 250}`, port: 50_000 + index, at: index, from: 443 }),
      out({ to: `192.0.2.${index % 250}`, port: 50_000 + index, at: index, from: 443 }),
    ]).flat();
    expect(told((await resultsOf(packed([...customers, ...scan]))).bad)).toEqual([
      `network.scan port:22 ${NAME}:602`,
    ]);
    expect((await resultsOf(packed(customers))).bad).toEqual([]);
  });

  it('are read as CloudWatch keeps them too', async () => {
    const lines = [out({ to: '203.0.113.66', port: 443, at: 60 })].map((message) =>
      JSON.stringify({ timestamp: 1, message }),
    );
    const { bad } = await resultsOf({
      'control-plane/flow-logs-fl-0abc-eni-0abc.jsonl': `${lines.join('\n')}\n`,
    });
    expect(bad.map(({ rule }) => rule)).toContain('network.flow-finding-remote');
  });
});
