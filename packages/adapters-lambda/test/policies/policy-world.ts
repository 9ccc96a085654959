import { type Account, StepFailure } from '@cordon/core';
import { awsSessions } from '@cordon/core/aws';
import {
  addInstance,
  addRole,
  addSecurityGroup,
  addSnapshot,
  addSubnet,
  addVolume,
  addVpc,
  createWorld,
  type Tags,
} from '@cordon/testkit';
import { expect } from 'vitest';
import { made, REGION, SECURITY, SUSPECT } from './whole-pipeline.js';

/** A step's key, and a name of ours. */
export const KEY = '0123456789abcdef0123456789abcdef';
export const NAME = 'baseline-0123456789ab';
export const VPC = 'vpc-0fedcba9876543210';
export const SUBNET = 'subnet-0123456789abcdef0';

/** What calls are made with that are only tried. */
export const DryRun = true;

/** The two accounts, and whoever has exactly the generated policy in one of them, and nothing else. */
export function policyWorld() {
  const world = createWorld({ seed: 'policies' });
  const of = (account: string) => world.account(account).region(REGION);
  for (const id of [SUSPECT, SECURITY]) {
    addVpc(of(id), { id: VPC, cidr: '10.20.0.0/16' });
    addSubnet(of(id), { id: SUBNET, vpcId: VPC, cidr: '10.20.3.0/24' });
  }
  addRole(world.account(SUSPECT), { name: 'shop-frontend' });
  addRole(world.account(SUSPECT), { name: 'CordonResponder' });
  const holder = (id: string, policy: (typeof made)['suspect']): Account => {
    const credentials = async () => world.account(id).credentials([policy]);
    const sessions = awsSessions({ clock: world.clock, credentials });
    return sessions.session({ account: id, region: REGION, incidentId: 'inc-policies' });
  };
  return {
    ...{ world, of },
    suspect: holder(SUSPECT, made.suspect),
    security: holder(SECURITY, made.security),
    snapshot: (account: string, tags: Tags) => addSnapshot(of(account), { tags }).id,
    volume: (account: string, tags: Tags) => addVolume(of(account), { tags }).id,
    group(account: string, tags: Tags) {
      const group = { id: world.id('sg'), name: world.id('name'), vpcId: VPC, rules: [], tags };
      return addSecurityGroup(of(account), group).id;
    },
    instance(account: string, tags: Tags) {
      const where = { interfaces: [{ subnetId: SUBNET, groups: [] }] } as const;
      return addInstance(of(account), { id: world.id('i'), ...where, tags }).id;
    },
  };
}

export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof StepFailure) return error.code;
    throw error;
  }
}

/** By a dry run: EC2 says what it would have said. */
export async function verdict(call: Promise<unknown>): Promise<'allowed' | 'denied'> {
  const code = await codeOf(call);
  if (code === 'DryRunOperation') return 'allowed';
  expect(code).toBe('UnauthorizedOperation');
  return 'denied';
}

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** A call that is allowed on what wears the first tags, and denied on what wears the second. */
export type Case = readonly [what: string, call: (tags: Tags) => Promise<unknown>, ours: Tags, not: Tags];
