import { type IncidentResult, runIncident, startIncident, verifyJournal } from '@cordon/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { groupsNamed, groupsNow, instancesTagged, snapshotsNow, volumesOf } from '../src/looks.ts';
import { acquisition } from '../src/pipeline.ts';
import { prepareScene, reachOf, type Scene } from '../src/scene.ts';

/** After each of these the process is stopped, and another goes on from the journal in S3. */
const STOPS = ['disk.snapshots', 'contain.isolate', 'disk.share', 'disk.attach'];

let scene: Scene;
let result: Extract<IncidentResult, { status: 'closed' }>;
let incidents: readonly string[];

/** A process that is stopped as soon as it has recorded the first word of this step. */
async function stoppedAt(step: string): Promise<void> {
  const reach = reachOf(scene, { clock: scene.environment.clock });
  const run = startIncident(acquisition(scene.security), scene.finding, reach);
  run.events.on('entry', ({ ledger, kind }) => {
    if (ledger === step && kind === 'intent') run.stop();
  });
  await expect(run.finished).rejects.toThrow(/stopped/);
}

beforeAll(async () => {
  scene = await prepareScene();
  for (const step of STOPS) await stoppedAt(step);
  const reach = reachOf(scene, { clock: scene.environment.clock });
  const ended = await runIncident(acquisition(scene.security), scene.finding, reach);
  if (ended.status !== 'closed') throw new Error('another incident has this suspect');
  result = ended;
  incidents = await scene.journal.list();
}, 120_000);

describe('an incident that five processes have had a hand in', () => {
  it('is one incident, and ends as in one go', () => {
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(incidents).toEqual([result.incidentId]);
    expect(failed.map(({ id, reason = '' }) => `${id} ${reason.split(':')[0]}`)).toEqual([
      'disk.attach HOST_ANSWER',
    ]);
  });

  it('has made everything once', async () => {
    const { account, instanceId } = scene.suspect;
    const Values = (await volumesOf(account, instanceId)).flatMap(({ VolumeId }) => VolumeId ?? []);
    const tag = { Name: 'tag:cordon:incident', Values: [result.incidentId] };
    const made = {
      snapshots: await snapshotsNow(account, { Name: 'volume-id', Values }),
      quarantineGroups: await groupsNamed(account, 'baseline-*'),
      custodyCopies: await snapshotsNow(scene.security.account, tag),
      forensicInstances: await instancesTagged(scene.security.account, tag),
    };
    expect(Object.fromEntries(Object.entries(made).map(([what, all]) => [what, all.length]))).toEqual({
      snapshots: 2,
      quarantineGroups: 1,
      custodyCopies: 2,
      forensicInstances: 1,
    });
    const [group] = made.quarantineGroups;
    expect(Object.values(await groupsNow(scene.suspect))).toEqual([[group?.GroupId], [group?.GroupId]]);
  });

  it('leaves a journal that is whole', async () => {
    const { journal, environment } = scene;
    const verification = await verifyJournal(journal, result.incidentId, { evidence: environment.evidence });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
  });
});
