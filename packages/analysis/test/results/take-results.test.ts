import type { Artifact, BaseContext, Observation } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { type AnalysisResult, resultLines, takeResults } from '../../src/index.js';

const OBSERVATION: Observation = {
  rule: 'x',
  title: 'X',
  severity: 'high',
  techniques: [],
  entity: 'file:/x',
  evidence: [{ artifact: 'disk/x.tar.gz' }],
};
const ARTIFACT = { path: 'analysis/disk.jsonl' } as Artifact; // nothing else of it is read

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

async function linesOf(...results: readonly AnalysisResult[]): Promise<string> {
  async function* all() {
    yield* results;
  }
  const lines: string[] = [];
  for await (const line of resultLines(all())) lines.push(String(line));
  return lines.join('');
}

async function taken(text: string) {
  const [observed, said]: [Observation[], string[]] = [[], []];
  const ctx = {
    signal: new AbortController().signal,
    evidence: { open: () => bytesOf(text) },
    observe: (...more: readonly Observation[]) => void observed.push(...more),
    notice: (code: string, message: string) => void said.push(`${code}: ${message}`),
    gap: (code: string, message: string) => void said.push(`gap ${code}: ${message}`),
  } as unknown as BaseContext; // the rest is not touched
  return { analysed: await takeResults(ctx, ARTIFACT), observed, said };
}

describe('results from elsewhere', () => {
  it('are observed, noticed and counted as those of an analysis here', async () => {
    const event = { at: '2026-11-20T03:00:00Z', kind: 'x', source: 'x', message: 'x' } as never; // any will do
    const { analysed, observed, said } = await taken(
      await linesOf(
        { kind: 'observation', observation: OBSERVATION },
        { kind: 'event', event },
        { kind: 'notice', notice: { code: 'ODD_PATH', message: 'odd' } },
      ),
    );
    expect(analysed).toEqual({ artifact: ARTIFACT, observations: 1, events: 1 });
    expect(observed).toEqual([OBSERVATION]);
    expect(said).toEqual(['ODD_PATH: odd']);
  });

  it('are a gap where they do not have the shape of what an analysis writes', async () => {
    const { severity: _, ...shapeless } = OBSERVATION;
    const { analysed, observed, said } = await taken(
      [
        JSON.stringify({ kind: 'observation', observation: shapeless }),
        JSON.stringify({ kind: 'observation', observation: { ...OBSERVATION, severity: 'fatal' } }),
        JSON.stringify({ kind: 'notice', notice: { code: 1 } }),
        JSON.stringify({ kind: 'observation', observation: OBSERVATION }),
      ].join('\n'),
    );
    expect(observed).toEqual([OBSERVATION]);
    expect(analysed.observations).toBe(1);
    expect(said).toEqual(['gap RESULTS_ODD: 3 lines of analysis/disk.jsonl are not what an analysis writes']);
  });
});
