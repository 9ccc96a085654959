import { text } from 'node:stream/consumers';
import { tarReader } from '@cordon/analysis';
import type { Observation } from '@cordon/core';
import { column, type PluginRows } from './results.js';

/** What a live triage saw through /proc. */
export interface SeenLive {
  readonly pids: ReadonlySet<string>;
  /** When it looked, by the host's own clock, in ms. */
  readonly atMs: number;
}

/** Reads pids and clock out of a triage; undefined when it holds no table of processes. */
export async function seenLive(archive: AsyncIterable<Uint8Array>): Promise<SeenLive | undefined> {
  let pids: ReadonlySet<string> | undefined;
  let atMs = Number.NaN;
  for await (const { path, content } of tarReader(archive).files(() => undefined)) {
    if (path === 'live/clock.txt') atMs = Date.parse(/^utc (\S+)$/m.exec(await text(content()))?.[1] ?? '');
    if (path !== 'live/processes.tsv') continue;
    const [, ...lines] = (await text(content())).split('\n');
    pids = new Set(lines.flatMap((line) => line.split('\t')[0] || []));
  }
  return pids === undefined || Number.isNaN(atMs) ? undefined : { pids, atMs };
}

/** A process that began so shortly before the look may have been missed by it. */
const MARGIN_MS = 60_000;
const KTHREADD = '2';

/**
 * Processes in the image that /proc did not show although they ran when the triage looked: hidden by a rootkit, or
 * hidden from the triage alone.
 */
export function hiddenProcesses(
  results: PluginRows,
  live: SeenLive,
  artifact: string,
): readonly Observation[] {
  return (results.get('PsList') ?? []).flatMap((row) => {
    const pid = column(row, 'PID');
    const began = Date.parse(column(row, 'CREATION TIME'));
    const ranThen = !Number.isNaN(began) && began < live.atMs - MARGIN_MS;
    if (!ranThen || live.pids.has(pid) || pid === KTHREADD || column(row, 'PPID') === KTHREADD) return [];
    return [
      {
        rule: 'memory.hidden-process',
        title: `A process that /proc did not show: ${column(row, 'COMM')} (${pid})`,
        severity: 'high' as const,
        techniques: ['T1014', 'T1564'],
        at: new Date(began).toISOString(),
        entity: `process:${pid}`,
        evidence: [{ artifact, path: 'volatility/PsList.json' }],
        confidence: 0.7,
        reasons: [
          `in the memory image since ${new Date(began).toISOString()}`,
          'not among the processes of the live triage',
        ],
      },
    ];
  });
}
