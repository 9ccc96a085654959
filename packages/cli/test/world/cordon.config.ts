import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { defineCordonConfig } from '@cordon/cli';
import {
  ArtifactSchema,
  defineFact,
  defineGuard,
  definePolledStep,
  defineStep,
  directoryEvidence,
  type Environment,
  fileJournal,
  IncidentPipeline,
  StepFailure,
  systemClock,
} from '@cordon/core';
import * as v from 'valibot';

/** A pipeline without AWS. What it is to do differently stands in the environment of the process. */
const asked = (name: string): string => process.env[name] ?? '';

function refuse(): never {
  throw StepFailure.permanent('NOT_HERE', 'there is no AWS here');
}

const guard = defineGuard({
  id: 'guard.owner',
  title: 'Asks the owner',
  onFailure: 'refuse',
  check: async (ctx) =>
    asked('GUARD') === 'no' ? ctx.refuse('the owner says \u001b[31mno\u001b[0m') : ctx.allow('fine'),
});

const isolate = defineStep({
  id: 'isolate',
  title: 'Isolates',
  phase: 'contain',
  provides: [],
  effect: { summary: 'The instance loses its network.', reversible: 'yes' },
  saves: v.object({ groups: v.array(v.string()) }),
  before: async () => ({ groups: ['sg-0aa11bb22cc33dd44'] }),
  async start(ctx) {
    if (asked('FAIL') === 'isolate') throw StepFailure.permanent('NO_GROUP', 'there is no group');
    return ctx.done({});
  },
  undo: async () => ['the auto-assigned public address is gone'],
});

const image = defineFact('memoryImage', ArtifactSchema);

/** Counts to ten, and rests at five for as long as a file is not there. */
const dump = definePolledStep({
  id: 'memory.dump',
  title: 'Dumps',
  phase: 'capture',
  provides: [image],
  ticket: v.object({ done: v.number() }),
  start: async (ctx) => ctx.waiting({ done: 0 }, { seconds: 0 }),
  async poll(ctx, { done }) {
    ctx.progress(done, 10, 'bytes');
    while (done === 5 && asked('REST_UNTIL') !== '' && !existsSync(asked('REST_UNTIL'))) {
      ctx.signal.throwIfAborted();
      await pause(20);
    }
    if (asked('FAIL') === 'memory.dump')
      throw StepFailure.permanent('DISK_FULL', 'no room\u001b]0;owned\u0007');
    if (done < 10) return ctx.waiting({ done: done + 1 }, { seconds: 0 });
    const artifact = await ctx.evidence.put({
      path: 'memory/dump.lime',
      body: 'bytes of memory',
      mediaType: 'application/octet-stream',
      acquiredBy: 'suspect',
      origin: ctx.incident.suspect.instanceId,
    });
    return ctx.done({ memoryImage: artifact });
  },
});

const analyse = defineStep({
  id: 'memory.analyse',
  title: 'Analyses',
  phase: 'examine',
  needs: [image],
  provides: [],
  async start(ctx, { memoryImage }) {
    ctx.observe({
      rule: 'memory.reverse-shell',
      title: 'Reverse shell\u001b[2J \u202egnp.exe',
      severity: 'critical',
      techniques: ['T1059.004'],
      entity: 'process:4242',
      evidence: [{ artifact: memoryImage.path, path: 'pslist/\u001b[1A', line: 7 }],
    });
    return ctx.done({});
  },
});

const pipeline = IncidentPipeline.create('test').use(guard).use(isolate).use(dump).use(analyse);

const directory = asked('INCIDENTS');

const environment: Environment = {
  clock: systemClock,
  evidence: directoryEvidence({ directory }),
  account: (role) => ({
    id: role === 'suspect' ? '111122223333' : '999900001111',
    region: 'eu-west-1',
    partition: 'aws',
    principal: async () => 'arn:aws:iam::111122223333:role/Test',
    call: refuse,
    presign: refuse,
  }),
  remoteHost: (_account, instanceId) => ({
    instanceId,
    send: refuse,
    result: refuse,
    sent: refuse,
    cancel: refuse,
  }),
};

export const config = defineCordonConfig({
  pipeline,
  environment: () => environment,
  journal: fileJournal({ directory }),
});
