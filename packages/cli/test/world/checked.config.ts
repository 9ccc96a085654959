import { defineCordonConfig } from '@cordon/cli';
import { defineStep, IncidentPipeline, memoryJournal } from '@cordon/core';
import { awsEnvironment } from '@cordon/core/aws';
import { denyRole, inspect, instance, isolate } from '@cordon/core/steps';
import { compromisedWebServer, createWorld } from '@cordon/testkit';
import { memoryEvidence } from '../../../core/test/steps/world/memory-evidence.js';

/** Copies disks, and can tell beforehand what that takes. */
const copies = defineStep({
  id: 'acme.copies',
  title: 'Copies the disks',
  phase: 'examine',
  wants: [instance],
  provides: [],
  actions: { security: ['ec2:CopySnapshot', 's3:GetObject'] },
  estimate: ({ instance: seen }) => {
    const gib = (seen?.volumes ?? []).reduce((all, { sizeGiB }) => all + sizeGiB, 0);
    return seen === undefined
      ? []
      : [{ what: `copies of ${gib} GiB`, usdPerMonth: gib * 0.05, basis: 'list prices' }];
  },
  start: async (ctx) => ctx.done({}),
});

export const world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
const demo = await compromisedWebServer(world);
const journal = memoryJournal();

export const config = defineCordonConfig({
  pipeline: IncidentPipeline.create('checked').use(inspect()).use(isolate()).use(denyRole()).use(copies),
  environment: () => awsEnvironment({ ...demo.aws, evidence: memoryEvidence() }),
  journal: { ...journal, inspect: async () => ({ lines: [], problems: [] }) },
});
