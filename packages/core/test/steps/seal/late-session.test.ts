import { addSession, compromisedWebServer, createWorld } from '@cordon/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { awsEnvironment } from '../../../src/aws/environment.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { memoryJournal } from '../../../src/journal/memory-journal.js';
import { endForeignSessions, isolate, seal } from '../../../src/steps/index.js';
import { memoryEvidence } from '../world/memory-evidence.js';
import { FINDING } from '../world/suspect-world.js';

it('ends a session that was opened since the suspect was contained', async () => {
  const world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
  onTestFinished(() => world.dispose());
  const scene = await compromisedWebServer(world, { intruder: 'absent' });
  const evidence = memoryEvidence();
  const options = {
    environment: awsEnvironment({ ...scene.aws, evidence }),
    journal: memoryJournal(),
  };
  const { instanceId } = FINDING.suspect;
  const owner = 'arn:aws:sts::111122223333:assumed-role/admin/mallory';
  let opened: ReturnType<typeof addSession> | undefined;
  const comeBack = defineStep({
    id: 'come-back',
    title: 'Somebody opens a session',
    phase: 'capture',
    provides: [],
    async start(ctx) {
      opened = addSession(scene.suspectRegion, { instanceId, owner });
      return ctx.done({});
    },
  });
  const pipeline = IncidentPipeline.create('t')
    .use(isolate())
    .use(endForeignSessions())
    .use(comeBack)
    .use(seal());
  const result = await runIncident(pipeline, FINDING, options);
  const entries = await (await options.journal.visit(result.incidentId)).read();
  const ended = entries.flatMap((entry) =>
    entry.kind === 'call' && entry.body.operation === 'ssm:TerminateSession' ? [entry.ledger] : [],
  );
  expect(ended).toEqual(['seal']);
  expect(opened?.endedAt).toBeDefined();
});
