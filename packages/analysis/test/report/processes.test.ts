import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/engine/analyze.js';
import type { EvidenceReader } from '../../src/evidence/evidence-file.js';
import { ProcessCollector, type ProcessNode } from '../../src/report/processes.js';
import { observation } from './incident.js';

const HEAD = 'pid\tppid\tuid\tstart_ticks\tstate\tcomm\texe\texe_deleted\texe_sha256\tcwd\tcmdline';
const SOCKETS = 'proto\tlocal_addr\tlocal_port\tremote_addr\tremote_port\tstate\tuid\tinode\tpid';

const row = (pid: number, ppid: number, comm: string, more = {}) => {
  const { exe = `/usr/bin/${comm}`, deleted = 0 } = more as { exe?: string; deleted?: number };
  return `${pid}\t${ppid}\t0\t100\tS\t${comm}\t${exe}\t${deleted}\t\t/\t${exe}`;
};

function triage(processes: readonly string[], sockets: readonly string[] = []): EvidenceReader {
  const file = (path: string, lines: readonly string[]) => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const content = async function* () {
      yield bytes;
    };
    return { path, type: 'file' as const, sizeBytes: bytes.length, content };
  };
  return {
    async *files() {
      yield file('live/clock.txt', ['btime 1000']);
      yield file('live/processes.tsv', [HEAD, ...processes]);
      yield file('live/sockets.tsv', [SOCKETS, ...sockets]);
    },
  };
}

async function treeOf(reader: EvidenceReader, observations = [observation({ entity: 'process:20' })]) {
  const collector = new ProcessCollector();
  const context = {
    artifact: 'live/triage.tar.gz',
    acquiredAt: '2026-11-20T03:37:00Z',
    indicators: { addresses: [], domains: [], ports: [] },
  };
  for await (const _ of analyze(reader, [collector.analysis], context));
  return collector.tree(observations);
}

const pids = (nodes: readonly ProcessNode[]): unknown[] =>
  nodes.map(({ pid, children }) => (children.length === 0 ? pid : [pid, pids(children)]));

describe('the process tree', () => {
  it('is what the triage saw, parents above what they started, without kernel threads', async () => {
    const kernel = ['2\t0\t0\t1\tS\tkthreadd\t\t0\t\t\t', '3\t2\t0\t1\tS\tkworker/0:0\t\t0\t\t\t'];
    const tree = await treeOf(
      triage(
        [...kernel, row(1, 0, 'systemd'), row(20, 10, 'bash', { deleted: 1 }), row(10, 1, 'cron')],
        ['tcp\t10.0.0.5\t49812\t203.0.113.66\t4444\tESTABLISHED\t0\t1\t20'],
      ),
    );
    expect(pids(tree?.roots ?? [])).toEqual([[1, [[10, [20]]]]]);
    expect(tree).toMatchObject({ shown: 3, kernelThreads: 2, left: 0 });
    expect(tree?.roots[0]?.children[0]?.children[0]).toMatchObject({
      name: 'bash',
      severity: 'critical',
      startedAt: '1970-01-01T00:16:41.000Z',
      notes: ['program deleted', 'connected to 203.0.113.66:4444'],
    });
  });

  it('ends where a forged table goes in a circle or down for ever, and loses no process', async () => {
    const circle = [row(5, 6, 'a'), row(6, 5, 'b')];
    const chain = Array.from({ length: 900 }, (_, index) => row(100 + index, 99 + index, 'deep'));
    const tree = await treeOf(triage([row(1, 0, 'systemd'), ...circle, ...chain]));
    expect(tree?.shown).toBe(903);
  });

  it('shows of a host with too many the branches that matter', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => row(1_000 + index, 1, 'worker'));
    const tree = await treeOf(
      triage([row(1, 0, 'systemd'), row(10, 1, 'cron'), row(20, 10, 'bash'), ...many]),
    );
    expect(pids(tree?.roots ?? [])).toEqual([[1, [[10, [20]]]]]);
    expect(tree?.left).toBe(5_000);
  });

  it('is not there without a triage', async () => {
    expect(await treeOf(triage([]))).toBeUndefined();
  });
});
