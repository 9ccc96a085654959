import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/engine/analyze.js';
import { incidentReport } from '../../src/report/incident-report.js';
import { eventsOf, readResultLines, resultLines } from '../../src/results/result-lines.js';
import { inChunks } from '../evidence/evidence.js';
import { incident, observation } from '../report/incident.js';

const RESULTS: readonly AnalysisResult[] = [
  { kind: 'observation', observation: observation() },
  {
    kind: 'event',
    event: {
      at: '2026-11-20T03:00:00.000Z',
      kind: 'a.b',
      what: 'What',
      message: 'a\nb',
      source: { artifact: 'x' },
    },
  },
  { kind: 'notice', notice: { code: 'C', message: 'm' } },
];

async function* each<T>(values: readonly T[]) {
  yield* values;
}

async function bytesOf(results: readonly AnalysisResult[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of resultLines(each(results))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The page's own data, as JSON. */
function embeddedIn(page: string): string {
  const [, type, data = ''] = /<script type="application\/(gzip|json)" id="events">([^<]*)</.exec(page) ?? [];
  return type === 'gzip' ? gunzipSync(Buffer.from(data, 'base64')).toString('utf8') : data;
}

describe('kept results', () => {
  it('come back as they were', async () => {
    const bytes = await bytesOf(RESULTS);
    const back: AnalysisResult[] = [];
    for await (const result of readResultLines(inChunks(bytes, 17))) back.push(result);
    expect(back).toEqual(RESULTS);
  });

  it('are read as far as they are whole', async () => {
    const bytes = Buffer.concat([
      Buffer.from('nonsense\n{"kind":"other"}\n[]\nnull\n{"kind":"event","event":7}\n'),
      await bytesOf(RESULTS),
      Buffer.from('{"kind":"ev'),
    ]);
    expect((await eventsOf(inChunks(bytes), 10)).map(({ message }) => message)).toEqual(['a\nb']);
    expect(await eventsOf(inChunks(bytes), 0)).toEqual([]);
  });

  it('give the report its events', async () => {
    const bytes = await bytesOf(RESULTS);
    const [artifact] = incident().artifacts;
    if (artifact === undefined) throw new Error('the incident has an artifact');
    const model = incident({ facts: { diskAnalysis: { artifact, observations: 1, events: 1 } } });
    const evidence = { open: () => inChunks(bytes) };
    expect(embeddedIn(await incidentReport.render(model, evidence))).toContain(String.raw`a\nb`);
    const lines = (await incidentReport.timeline(model, evidence))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ message }) => message)).toContain('a\nb');
    expect(lines.every(({ datetime }, index) => index === 0 || datetime >= lines[index - 1].datetime)).toBe(
      true,
    );
  });
});
