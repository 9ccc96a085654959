import { beginIncident, type Entry, stepWorker } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { emfMetrics } from '../src/index.js';
import { OPENED_AT, quietIncident } from './quiet-incident.js';

function collector() {
  const lines: string[] = [];
  const metrics = emfMetrics({ namespace: 'Acme', write: (line) => lines.push(line) });
  return { metrics, lines, sets: () => lines.map((line) => JSON.parse(line)) };
}

/** As CloudWatch reads a line: every metric and dimension that is named has to be there, of its kind. */
function assertReadable(set: ReturnType<typeof JSON.parse>): void {
  const [{ Namespace, Dimensions, Metrics }] = set._aws.CloudWatchMetrics;
  expect(Namespace).toBe('Acme');
  expect(Number.isInteger(set._aws.Timestamp)).toBe(true);
  for (const { Name } of Metrics) expect(typeof set[Name]).toBe('number');
  for (const name of Dimensions.flat()) expect(typeof set[name]).toBe('string');
}

async function measured() {
  const { start } = quietIncident();
  const { metrics, lines, sets } = collector();
  const run = start();
  metrics.attach(run);
  const result = await run.finished;
  return { lines, sets: sets(), result };
}

describe('emfMetrics', () => {
  it('writes one line of JSON per set, as CloudWatch reads it', async () => {
    const { lines, sets } = await measured();
    expect(sets).toHaveLength(7);
    for (const line of lines) expect(line).not.toContain('\n');
    for (const set of sets) assertReadable(set);
  });

  it('tells how long containment took, by the journal', async () => {
    const { sets } = await measured();
    const [contained] = sets.filter((set) => set.ContainmentTime !== undefined);
    expect(contained).toMatchObject({
      ContainmentTime: 12,
      Pipeline: 'measured',
      suspectAccount: '111122223333',
      _aws: { Timestamp: OPENED_AT.getTime() + 12_000 },
    });
  });

  it('tells how long each step took, how it ended, and why', async () => {
    const { sets } = await measured();
    const steps = sets.filter((set) => set.Step !== undefined);
    expect(steps).toMatchObject([
      { Step: 'deny', StepDuration: 5, StepFailed: 0, phase: 'contain', as: 'succeeded', attempts: 1 },
      { Step: 'isolate', StepDuration: 12, StepFailed: 0 },
      { Step: 'dump', StepDuration: 60, StepFailed: 1, StepSkipped: 0, code: 'DISK_FULL' },
      { Step: 'report', StepDuration: 0, StepFailed: 0 },
    ]);
    const [{ Dimensions }] = steps[0]._aws.CloudWatchMetrics;
    expect(Dimensions).toEqual([['Pipeline'], ['Pipeline', 'Step']]);
    expect(JSON.stringify(sets)).not.toContain('hunter22');
  });

  it('tells what an incident came to', async () => {
    const { sets, result } = await measured();
    expect(sets.at(-1)).toMatchObject({
      incident: result.incidentId,
      Outcome: 'incomplete',
      IncidentsClosed: 1,
      IncidentDuration: 72,
      EvidenceBytes: 12,
      Artifacts: 1,
      StepsFailed: 1,
      StepsSkipped: 0,
      Retries: 0,
    });
  });

  it('measures a run that was stopped in the middle as one that was not, and tells nothing twice', async () => {
    const whole = await measured();
    const { start, journal } = quietIncident();
    const { metrics, sets } = collector();
    const first = start();
    first.events.on('entry', (entry: Entry) => {
      if (entry.ledger === 'isolate' && entry.kind === 'succeeded') first.stop();
    });
    metrics.attach(first);
    await expect(first.finished).rejects.toThrow('the host was stopped');
    const [incidentId = ''] = await journal.list();
    journal.abandon(incidentId);
    const second = start();
    metrics.attach(second);
    await second.finished;
    const names = (all: readonly object[]) => all.map((set) => Object.keys(set).toSorted().join());
    expect(names(sets())).toEqual(names(whole.sets));
    expect(sets().find((set) => set.ContainmentTime !== undefined)).toMatchObject({ ContainmentTime: 12 });
  });

  it('tells of an incident that workers drive what it tells of one that one process drives', async () => {
    const { sets: alone } = await measured();
    const { host, pipeline, finding } = quietIncident();
    const { metrics, sets } = collector();
    const begun = await beginIncident(pipeline, finding, host);
    if (begun.do !== 'start') throw new Error(begun.because);
    const { incidentId: incident } = begun;
    const worker = stepWorker(pipeline, { ...host, notifiers: [metrics] });
    for (const { step } of pipeline.steps) await worker.act({ incident, step: step.id });
    await worker.finish({ incident });
    const named = (all: readonly object[]) => all.map((set) => Object.keys(set).toSorted().join()).toSorted();
    expect(named(sets())).toEqual(named(alone));
    expect(sets().filter(({ IncidentsOpened }) => IncidentsOpened === 1)).toHaveLength(1);
  });
});
