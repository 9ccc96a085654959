import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import {
  closeUploadWindow,
  openUploadWindow,
  UPLOAD_WINDOW_ACTIONS,
} from '../../../src/steps/capture/upload-window.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { containment } from '../../../src/steps/containment-facts.js';
import { FINDING, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

interface Uploader {
  readonly id: string;
  readonly minutes: number;
  /** Called when the window is open, in the middle, and when it is closed. */
  readonly see: (moment: string) => void;
}

const uploader = ({ id, minutes, see }: Uploader) =>
  defineStep({
    id,
    title: 'Uploads',
    phase: 'capture',
    wants: [containment],
    provides: [],
    callTimeout: { minutes: 30 },
    actions: { suspect: UPLOAD_WINDOW_ACTIONS },
    async start(ctx, facts) {
      const window = { containment: facts.containment };
      await openUploadWindow(ctx, window);
      await openUploadWindow(ctx, window);
      see(`${id} open`);
      await ctx.sleep({ minutes });
      see(`${id} uploading`);
      await closeUploadWindow(ctx, window);
      await closeUploadWindow(ctx, window);
      see(`${id} closed`);
      return ctx.done({});
    },
  });

const egress = (world: SuspectWorld) =>
  world.ownGroups().flatMap(({ rules }) => rules.filter(({ peer }) => peer.kind === 'prefix-list')).length;

describe('an upload window', () => {
  it('lets the suspect reach S3 while an upload runs, and no longer; each upload has its own', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const seen: string[] = [];
    const see = (moment: string) => seen.push(`${moment}: ${egress(world)}`);
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(verifyContainment())
      .use(uploader({ id: 'short', minutes: 5, see }))
      .use(uploader({ id: 'long', minutes: 9, see }));
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({ outcome: 'complete' });
    expect(seen).toContain('short uploading: 2');
    expect(seen).toContain('short closed: 1');
    expect(seen).toContain('long uploading: 1');
    expect(seen.at(-1)).toBe('long closed: 0');
  });

  it('is found by name where containment was not verified', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const seen: string[] = [];
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(uploader({ id: 'upload', minutes: 1, see: (moment) => seen.push(`${moment}: ${egress(world)}`) }));
    await runIncident(pipeline, FINDING, world.options);
    expect(seen).toEqual(['upload open: 1', 'upload uploading: 1', 'upload closed: 0']);
  });

  it('stands in the journal before it opens', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(uploader({ id: 'upload', minutes: 1, see: () => undefined }));
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const entries = await (await world.journal.visit(incidentId)).read();
    const kinds = entries
      .filter(({ ledger, kind }) => ledger === 'upload' && (kind === 'exposed' || kind === 'call'))
      .map(({ kind }) => kind);
    expect(kinds[0]).toBe('exposed');
  });
});
