import { defineCordonConfig } from '@cordon/cli';
import { defineStep, IncidentPipeline, memoryJournal, parseFindings, runIncident } from '@cordon/core';
import { awsEnvironment, ec2 } from '@cordon/core/aws';
import { ownTags } from '@cordon/core/steps';
import { compromisedWebServer, createWorld } from '@cordon/testkit';
import { memoryEvidence } from '../../../core/test/steps/world/memory-evidence.js';

/** Makes a volume for the examination, and nobody cleans up. */
const careless = defineStep({
  id: 'careless',
  title: 'Leaves a volume',
  phase: 'examine',
  provides: [],
  actions: { security: ['ec2:CreateVolume'] },
  async start(ctx) {
    await ctx.securityAccount.call(ec2.CreateVolume, {
      AvailabilityZone: 'eu-west-1a',
      Size: 8,
      TagSpecifications: [{ ResourceType: 'volume', Tags: ownTags(ctx, 'examination') }],
    });
    return ctx.done({});
  },
});

export const world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
const demo = await compromisedWebServer(world);
const [finding] = parseFindings(demo.finding).findings;
if (finding === undefined) throw new Error('the scenario gave no finding');
const environment = awsEnvironment({ ...demo.aws, evidence: memoryEvidence() });
const journal = memoryJournal();
const pipeline = IncidentPipeline.create('careless').use(careless);
await runIncident(pipeline, finding, { environment, journal, incidentId: 'inc-careless-1' });

export const security = demo.securityRegion;

export const config = defineCordonConfig({
  pipeline,
  environment: () => environment,
  journal: { ...journal, inspect: async () => ({ lines: [], problems: [] }) },
});
