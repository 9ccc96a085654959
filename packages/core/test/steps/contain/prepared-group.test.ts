import { ANYWHERE_IPV4, addRule, addSecurityGroup, awsError, groupsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { openUploadWindow, UPLOAD_WINDOW_ACTIONS } from '../../../src/steps/capture/upload-window.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { groupRulesSha256 } from '../../../src/steps/contain/prepared-group.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { containment } from '../../../src/steps/containment-facts.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { confirmContainment } from '../../../src/steps/report/confirm-containment.js';
import { recheckContainment } from '../../../src/steps/seal/recheck-containment.js';
import { seal } from '../../../src/steps/seal/seal.js';
import { ENDPOINT_GROUP, FINDING, GROUP, SUSPECT, suspectWorld, VPC } from '../world/suspect-world.js';

const READY = 'sg-0ddddddddddddddd1';
const TO_SSM = {
  IsEgress: true,
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  ReferencedGroupInfo: { GroupId: ENDPOINT_GROUP },
};

function given(rules: 'to-ssm' | 'none' = 'to-ssm') {
  const world = suspectWorld({ latencyMs: [100, 100] });
  const group = addSecurityGroup(world.region, {
    id: READY,
    name: 'quarantine-of-ours',
    vpcId: VPC,
    rules:
      rules === 'none'
        ? []
        : [
            {
              direction: 'egress',
              protocol: 'tcp',
              fromPort: 443,
              toPort: 443,
              peer: { kind: 'group', id: ENDPOINT_GROUP, owner: SUSPECT },
            },
          ],
  });
  const rulesSha256 = groupRulesSha256(rules === 'none' ? [] : [TO_SSM]);
  const prepared = [{ vpcId: VPC, groupId: READY, rulesSha256 }];
  const pipeline = IncidentPipeline.create('t')
    .use(inspect())
    .use(isolate({ prepared }))
    .use(verifyContainment());
  const made = () =>
    groupsOf(world.region)
      .all()
      .filter(({ name }) => name.startsWith('baseline-'));
  const swaps = () =>
    world.world.calls.of('ec2:ModifyNetworkInterfaceAttribute').filter(({ input }) => input['Groups']);
  const worn = () => swaps().map(({ input }) => input['Groups']);
  return { ...world, group, pipeline, made, swaps, worn };
}

/** The account has as many groups as it may have. */
function full(world: ReturnType<typeof given>) {
  const fault = awsError(
    'SecurityGroupLimitExceeded',
    'You have reached the maximum number of security groups',
  );
  world.world.faults.add({ operation: 'ec2:CreateSecurityGroup', fault, times: 1 });
  return world;
}

const order = { approver: 'alice', reason: 'false alarm' };

describe('a group that lies ready', () => {
  it('is worn at once, in three round trips, until a group of the incident’s own takes its place', async () => {
    const world = given();
    const result = await runIncident(world.pipeline, FINDING, world.options);
    const [own] = world.made();
    expect(world.interfaces()[0]?.groups).toEqual([own?.id]);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { quarantine: { groups: [{ groupId: own?.id, ssmVia: 'endpoints' }] } },
    });
    expect(world.worn()).toEqual([[READY], [own?.id]]);
    const entries = await (await world.journal.visit(result.incidentId)).read();
    const ledger = entries.flatMap((entry) => (entry.ledger === 'contain.isolate' ? [entry] : []));
    expect(ledger.filter(({ kind }) => kind === 'notice')).toEqual([]);
    const [swap] = world.swaps();
    const intent = ledger.find(({ kind }) => kind === 'before');
    // Its state was saved in the first; rules, group and endpoints are asked for at once in the second.
    expect((swap?.at.getTime() ?? 0) - Date.parse(intent?.at ?? '')).toBeLessThanOrEqual(200);
  });

  it.each([
    [
      'its rules were changed',
      (world: ReturnType<typeof given>) =>
        addRule(world.region, world.group, { direction: 'egress', peer: ANYWHERE_IPV4 }),
    ],
    [
      'it is gone, and somebody has another of its name',
      (world: ReturnType<typeof given>) => {
        groupsOf(world.region).delete(READY);
        addSecurityGroup(world.region, { name: 'quarantine-of-ours', vpcId: VPC, rules: [] });
      },
    ],
  ])('is not worn where %s: one is made, and that is told', async (_, change) => {
    const world = given();
    change(world);
    const result = await runIncident(world.pipeline, FINDING, world.options);
    const [own] = world.made();
    expect(world.interfaces()[0]?.groups).toEqual([own?.id]);
    expect(await world.notices(result.incidentId)).toContain('PREPARED_GROUP_DISTRUSTED');
  });

  it('is not worn when it lets more than HTTPS out, whatever the configuration says', async () => {
    const world = given();
    addRule(world.region, world.group, { direction: 'egress', peer: ANYWHERE_IPV4 });
    const open = { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' };
    const rulesSha256 = groupRulesSha256([TO_SSM, open]);
    const pipeline = IncidentPipeline.create('t').use(
      isolate({ prepared: [{ vpcId: VPC, groupId: READY, rulesSha256 }] }),
    );
    await runIncident(pipeline, FINDING, world.options);
    expect(world.interfaces()[0]?.groups).toEqual([world.made()[0]?.id]);
  });

  it('stays where no other can be made, and that is told', async () => {
    const world = full(given());
    const result = await runIncident(world.pipeline, FINDING, world.options);
    expect(world.interfaces()[0]?.groups).toEqual([READY]);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { quarantine: { groups: [{ groupId: READY, ssmVia: 'endpoints', prepared: true }] } },
    });
    expect(await world.notices(result.incidentId)).toContain('PREPARED_GROUP_KEPT');
  });

  it('stays where the endpoints let in who wears it, and nobody else', async () => {
    const world = given();
    const endpoints = groupsOf(world.region).peek(ENDPOINT_GROUP);
    if (endpoints === undefined) throw new Error('the world has endpoints');
    endpoints.rules.length = 0;
    addRule(world.region, endpoints, {
      direction: 'ingress',
      protocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      peer: { kind: 'group', id: READY, owner: SUSPECT },
    });
    const result = await runIncident(world.pipeline, FINDING, world.options);
    expect(world.interfaces()[0]?.groups).toEqual([READY]);
    expect(result).toMatchObject({
      facts: { quarantine: { groups: [{ groupId: READY, ssmVia: 'endpoints', prepared: true }] } },
    });
    expect(await world.notices(result.incidentId)).toContain('PREPARED_GROUP_KEPT');
  });

  it.each(['to-ssm', 'none'] as const)(
    'is left as it is by the seal, which closes the suspect: %s',
    async (rules) => {
      const world = full(given(rules));
      const before = JSON.stringify(world.group.rules);
      const pipeline = world.pipeline.use(recheckContainment()).use(seal()).use(confirmContainment());
      const result = await runIncident(pipeline, FINDING, world.options);
      expect(result).toMatchObject({
        outcome: 'complete',
        facts: { sealed: { ssmCut: true }, confirmedContainment: { holds: true } },
      });
      expect(JSON.stringify(world.group.rules)).toBe(before);
      const [worn] = world.interfaces()[0]?.groups ?? [];
      expect(groupsOf(world.region).peek(worn ?? '')?.rules).toEqual([]);
      const entries = await (await world.journal.visit(result.incidentId)).read();
      expect(entries.filter(({ kind }) => kind === 'observations')).toEqual([]);
    },
  );

  it('never gets a way to S3, which would be everybody’s', async () => {
    const world = full(given());
    const upload = defineStep({
      id: 'upload',
      title: 'Uploads',
      phase: 'capture',
      wants: [containment],
      provides: [],
      actions: { suspect: UPLOAD_WINDOW_ACTIONS },
      async start(ctx, facts) {
        await openUploadWindow(ctx, { containment: facts.containment });
        return ctx.done({});
      },
    });
    const result = await runIncident(world.pipeline.use(upload), FINDING, world.options);
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const step = result.steps.find(({ id }) => id === 'upload');
    expect(step).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^QUARANTINE_IS_SHARED/) });
    expect(world.group.rules).toHaveLength(1);
  });

  it('stays when the suspect is released, who gets the old groups back', async () => {
    const world = given();
    const pipeline = full(world).pipeline.use(seal());
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const released = await releaseIncident(pipeline, { ...world.options, incidentId, ...order });
    expect(released.outcome).toBe('complete');
    expect(world.interfaces()[0]?.groups).toEqual([GROUP]);
    expect(world.made()).toEqual([]);
    expect(groupsOf(world.region).peek(READY)).toBeDefined();
  });
});
