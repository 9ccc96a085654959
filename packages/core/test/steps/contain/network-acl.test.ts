import { aclOfSubnet, addInterface, networkAclsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../src/aws/operations.js';

import { explain, plan } from '../../../src/engine/explain.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { type NetworkAclOptions, networkAcl } from '../../../src/steps/contain/network-acl.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { containment } from '../../../src/steps/containment-facts.js';
import type { ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { ENI, FINDING, GROUP, SUBNET, type SuspectOptions, suspectWorld } from '../world/suspect-world.js';

type Decision = 'yes' | 'no' | 'silence';

/** Somebody who answers at the second look, or never. */
function given(decision: Decision, options: SuspectOptions & Pick<NetworkAclOptions, 'when'> = {}) {
  const { when, ...rest } = options;
  const world = suspectWorld({ endpoints: 'missing', ...rest });
  const requests: ApprovalRequest[] = [];
  const step = networkAcl({
    approval: {
      deadline: { minutes: 30 },
      onExpiry: 'refuse',
      async ask(request) {
        if (requests.push(request) < 2 || decision === 'silence') return undefined;
        return { requestId: request.id, decision, by: 'ada' };
      },
    },
    ...(when === undefined ? {} : { when }),
  });
  const pipeline = IncidentPipeline.create('t').use(isolate()).use(verifyContainment()).use(step);
  const run = async () => {
    const before = aclNow();
    const result = await runIncident(pipeline, FINDING, world.options);
    return { before, result };
  };
  const aclNow = () => aclOfSubnet(world.region, SUBNET);
  const release = (incidentId: string) =>
    releaseIncident(pipeline, { ...world.options, incidentId, approver: 'alice', reason: 'false alarm' });
  return { ...world, requests, pipeline, step, run, aclNow, release };
}

/** What no security group can cut: always tracked. */
const tracked = ({ world, region }: ReturnType<typeof given>, interfaceId = ENI) =>
  world.connections.open(region, {
    interfaceId,
    direction: 'outbound',
    localPort: 40_000,
    remoteAddress: '203.0.113.66',
    remotePort: 4444,
    path: 'nat-gateway',
  });

describe('a network ACL', () => {
  it('cuts what no group can, once a person has said yes, and the neighbours with it', async () => {
    const world = given('yes');
    const neighbour = addInterface(world.region, { subnetId: SUBNET, groups: [GROUP] });
    const flows = [tracked(world), tracked(world, neighbour.id)];
    const { result } = await world.run();
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { networkAcls: { applied: true, because: 'ada says yes', subnets: [{ subnetId: SUBNET }] } },
    });
    expect(world.aclNow()?.kind).toBe('empty');
    expect(flows.map((flow) => flow?.closedBecause)).toEqual(['acl', 'acl']);
  });

  it('tells whoever is asked that neighbours and SSM go with it', async () => {
    const world = given('no');
    await world.run();
    expect(world.requests[0]?.reasons.join('\n')).toMatch(
      /connections live on[\s\S]*subnet-0123456789abcdef0 cuts off every neighbour there, and SSM/,
    );
  });

  it.each(['no', 'silence'] as const)('is never put there after %s', async (decision) => {
    const world = given(decision);
    const flow = tracked(world);
    const { result } = await world.run();
    expect(result).toMatchObject({ outcome: 'complete', facts: { networkAcls: { applied: false } } });
    expect(world.changes()).not.toContain('ec2:CreateNetworkAcl');
    expect(flow?.closedAt).toBeUndefined();
  });

  it('is asked for only where the groups do not do, unless it is always wanted', async () => {
    const verified = defineStep({
      id: 'verified',
      title: 'Contained without a doubt',
      phase: 'contain',
      provides: [containment],
      async start(ctx) {
        const verifiedAt = ctx.now().toISOString();
        const none = { quarantineGroups: [], interfaces: [], residualRisks: [] };
        return ctx.done({ containment: { ...none, ssmAlive: true, verifiedAt } });
      },
    });
    for (const [when, asked] of [
      ['not-cut-off', 0],
      ['always', 2],
    ] as const) {
      const world = given('yes', { when });
      const pipeline = IncidentPipeline.create('t').use(verified).use(world.step);
      await runIncident(pipeline, FINDING, world.options);
      expect(world.requests).toHaveLength(asked);
    }
  });

  it('is one although answers are lost and EC2 shows late what was made', async () => {
    for (const operation of ['ec2:CreateNetworkAcl', 'ec2:ReplaceNetworkAclAssociation']) {
      const world = given('yes', { visibilityLagSeconds: 6 });
      world.world.faults.add({ operation, fault: 'lost-answer' });
      const { result } = await world.run();
      expect(result).toMatchObject({ outcome: 'complete', facts: { networkAcls: { applied: true } } });
      expect(networkAclsOf(world.region).filter(({ kind }) => kind === 'empty')).toHaveLength(1);
    }
  });

  it('gives the subnets their own back at release, and is gone', async () => {
    const world = given('yes');
    const { result } = await world.run();
    const own = networkAclsOf(world.region).find(({ kind }) => kind === 'default');
    const released = await world.release(result.incidentId);
    expect(released.outcome).toBe('complete');
    expect(world.aclNow()?.id).toBe(own?.id);
    expect(networkAclsOf(world.region)).toHaveLength(1);
  });

  it('is not taken away by a release where somebody has put another in its place', async () => {
    const world = given('yes');
    const { result } = await world.run();
    const account = world.options.environment.account('suspect', {
      id: 'inc-stranger-01',
      suspect: FINDING.suspect,
    });
    const acl = world.aclNow();
    const made = await account.call(ec2.CreateNetworkAcl, { VpcId: acl?.vpcId });
    const all = await account.call(ec2.DescribeNetworkAcls, { NetworkAclIds: [acl?.id ?? ''] });
    const [tie] = all.NetworkAcls?.[0]?.Associations ?? [];
    const theirs = made.NetworkAcl?.NetworkAclId;
    await account.call(ec2.ReplaceNetworkAclAssociation, {
      AssociationId: tie?.NetworkAclAssociationId,
      NetworkAclId: theirs,
    });
    const released = await world.release(result.incidentId);
    expect(JSON.stringify(released)).toContain('RELEASE_CONFLICT');
    expect(world.aclNow()?.id).toBe(theirs);
  });

  it('says in the plan that neighbours and SSM lose their network, and what to type by hand', () => {
    const world = given('no');
    const said = explain(plan(world.pipeline));
    expect(said).toMatch(/every instance in the subnets loses its network, SSM included/);
    expect(said).toContain('aws ec2 replace-network-acl-association');
  });
});
