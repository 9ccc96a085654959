import { awsError } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { profileName } from '../../../src/steps/inspect/role.js';
import {
  ENI,
  FINDING,
  GROUP,
  INSTANCE,
  SUBNET,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(inspect());
const run = ({ options }: SuspectWorld, finding = FINDING) => runIncident(PIPELINE, finding, options);

describe('inspect', () => {
  it('sees interfaces, volumes, role and SSM, and changes nothing', async () => {
    const world = suspectWorld();
    expect(await run(world)).toMatchObject({
      outcome: 'complete',
      facts: {
        instance: {
          instanceId: INSTANCE,
          state: 'running',
          platform: 'linux',
          interfaces: [{ interfaceId: ENI, groups: [GROUP], publicAddress: '198.51.100.23' }],
          volumes: [{ root: true, deleteOnTermination: true }],
          profileArn: 'arn:aws:iam::111122223333:instance-profile/web/shop-frontend',
          roleName: 'shop-frontend',
          ssm: 'unmanaged',
        },
      },
    });
    expect(world.changes()).toEqual([]);
  });

  it('takes the profile’s name from the end of its ARN, behind any path', () => {
    expect(profileName('arn:aws:iam::111122223333:instance-profile/web/eu/shop-frontend')).toBe(
      'shop-frontend',
    );
    expect(profileName('arn:aws:iam::111122223333:instance-profile/shop-frontend')).toBe('shop-frontend');
  });

  it('pages through many interfaces', async () => {
    const world = suspectWorld({ pageSize: 2 });
    for (let index = 0; index < 5; index += 1) world.attach({ subnetId: SUBNET, groups: [GROUP] });
    const result = await run(world);
    expect(result).toMatchObject({
      facts: { instance: { interfaces: expect.objectContaining({ length: 6 }) } },
    });
  });

  it('says so when the account has no such instance', async () => {
    const world = suspectWorld();
    const finding = { ...FINDING, suspect: { ...FINDING.suspect, instanceId: 'i-0aaaaaaaaaaaaaaaa' } };
    const result = await run(world, finding);
    expect(JSON.stringify(result)).toContain('SUSPECT_NOT_FOUND');
  });

  it.each([
    ['terminated', 'SUSPECT_TERMINATED', 'incomplete'],
    ['stopped', 'SUSPECT_STOPPED', 'complete'],
  ] as const)('remarks on a %s suspect and goes on', async (state, code, outcome) => {
    const world = suspectWorld({ instance: { state } });
    const result = await run(world);
    expect(result).toMatchObject({ outcome, facts: { instance: { state } } });
    expect(await world.notices(result.incidentId)).toEqual([code]);
  });

  it('says where the memory of a hibernated suspect lies', async () => {
    const world = suspectWorld({ instance: { state: 'stopped', hibernation: true } });
    const { incidentId } = await run(world);
    expect(await world.notices(incidentId)).toEqual(['SUSPECT_HIBERNATED']);
  });

  it('says that the memory of an enclave is out of reach', async () => {
    const world = suspectWorld({ instance: { enclave: true } });
    const result = await run(world);
    expect(result).toMatchObject({ outcome: 'complete', facts: { instance: { enclave: true } } });
    expect(await world.notices(result.incidentId)).toEqual(['ENCLAVE_OUT_OF_REACH']);
  });

  it('waits for a pending suspect, two minutes at most', async () => {
    const world = suspectWorld({ instance: { state: 'pending' } });
    const began = world.world.now().getTime();
    expect(await run(world)).toMatchObject({
      outcome: 'complete',
      facts: { instance: { state: 'pending' } },
    });
    const waited = world.world.now().getTime() - began;
    expect(waited).toBeGreaterThanOrEqual(115_000);
    expect(waited).toBeLessThan(140_000);
  });

  it('does without what it may not read', async () => {
    const world = suspectWorld();
    for (const operation of ['iam:*', 'autoscaling:*', 'elasticloadbalancing:*', 'ssm:*'])
      world.world.faults.add({
        operation,
        fault: awsError('AccessDenied', 'no', { status: 403 }),
        times: 100,
      });
    const result = await run(world);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { instance: { targetGroupArns: [], ssm: 'unmanaged' } },
    });
    expect(await world.notices(result.incidentId)).toEqual(Array(4).fill('NOT_READ'));
  });
});
