import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { retryStep } from '../../src/host/retry-incident.js';
import { startIncident } from '../../src/host/run-incident.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { engineWorld, FINDING } from '../host/world.js';
import { recordedPipeline, type World } from './pipeline.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const INCIDENT = 'inc-recorded';
/** `RECORD_JOURNAL=0.2.0` adds what this version writes; what older ones wrote is never touched. */
const RECORD = process.env['RECORD_JOURNAL'];

const made: string[] = [];
afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true }))));

/** A copy of what a version wrote, to go on with. */
async function copyOf(version: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cordon-old-journal-'));
  made.push(directory);
  await cp(join(HERE, version), directory, { recursive: true });
  return directory;
}

/** A run whose host goes in the middle: one step done, one waiting, one being tried again, one never heard of again. */
async function record(directory: string): Promise<void> {
  const world: World = { did: [], mended: false };
  const { clock, options } = engineWorld();
  const journal = fileJournal({ directory });
  const run = startIncident(recordedPipeline(world), FINDING, { ...options, journal, incidentId: INCIDENT });
  const gone = expect(run.finished).rejects.toThrow('stopped');
  while (!world.did.includes('dump')) await clock.advance(1_000);
  await clock.advance(5_000);
  const later = { ...FINDING, id: 'finding-2' };
  await startIncident(recordedPipeline(world), later, { ...options, journal }).finished;
  run.stop();
  await gone;
}

const versions = (await readdir(HERE, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

if (RECORD !== undefined)
  it('leaves a journal to the versions that follow it', () => record(join(HERE, RECORD)));

describe.each(versions)('a journal that version %s left open', (version) => {
  it('verifies as open, with nothing wrong in it', async () => {
    const journal = fileJournal({ directory: await copyOf(version) });
    expect(await verifyJournal(journal, INCIDENT)).toMatchObject({ state: 'open', problems: [] });
  });

  it('is gone on with: nothing that was done is done again', async () => {
    const world: World = { did: [], mended: true };
    const { options } = engineWorld();
    const journal = fileJournal({ directory: await copyOf(version) });
    const asked = { incidentId: INCIDENT, step: 'dump', approver: 'ada', reason: 'the module is built' };
    const result = await retryStep(recordedPipeline(world), { ...options, journal, ...asked });
    expect(result).toMatchObject({ status: 'ran', outcome: 'complete' });
    const facts = { processes: 3, snapshots: 'snap-1', volume: 'vol-1', copied: 'snap-2' };
    expect(world.did.toSorted()).toEqual(
      ['analyse', 'copy', 'dump', 'recover attach', `report ${JSON.stringify(facts)}`].toSorted(),
    );
    expect(await verifyJournal(journal, INCIDENT)).toMatchObject({ state: 'whole', problems: [] });
  });
});
