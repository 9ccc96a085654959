import { addAccelerator, addCloudMapService, addHostedZone, placeAddress } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { INSTANCE, REGION, type SuspectWorld, suspectWorld } from '../../world/suspect-world.js';
import { gaps, run } from './scene.js';

const OTHER = '198.51.100.77';

async function pointers(world: SuspectWorld) {
  const result = await run(world);
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  // Whatever fact there is, it is this step's.
  const facts = result.facts as { controlPlane?: { entryPoints?: { name: string; target: string }[] } };
  return {
    result,
    found: (facts.controlPlane?.entryPoints ?? []).map(({ name, target }) => `${name} -> ${target}`),
  };
}

describe('what leads to the suspect', () => {
  it('is nothing in an account that knows no such thing', async () => {
    const { result, found } = await pointers(suspectWorld());
    expect(found).toEqual([]);
    expect(result).toMatchObject({ outcome: 'complete' });
  });

  it('is every DNS record with an address or a host name of its, over zones and pages', async () => {
    const world = suspectWorld({ pageSize: 2 });
    const others = Array.from({ length: 5 }, (_, index) => ({
      name: `n${index}.shop.example`,
      type: 'A' as const,
      values: [OTHER],
    }));
    addHostedZone(world.account, { name: 'empty.example', records: [] });
    addHostedZone(world.account, { name: 'other.example', records: others });
    addHostedZone(world.account, {
      name: 'shop.example',
      records: [
        ...others,
        { name: 'www.shop.example', type: 'A', values: [OTHER, '198.51.100.23'], identifier: 'b' },
        { name: 'www.shop.example', type: 'A', values: [OTHER], identifier: 'a' },
        {
          name: 'cname.shop.example',
          type: 'CNAME',
          values: ['ec2-198-51-100-23.eu-west-1.compute.amazonaws.com'],
        },
        {
          name: 'near.shop.example',
          type: 'CNAME',
          values: ['ec2-198-51-100-231.eu-west-1.compute.amazonaws.com'],
        },
        { name: 'txt.shop.example', type: 'TXT', values: ['"198.51.100.23"'] },
      ],
    });
    addHostedZone(world.account, {
      name: 'internal',
      kind: 'private',
      records: [{ name: 'db.internal', type: 'A', values: ['10.20.3.44'] }],
    });
    const { found } = await pointers(world);
    expect(found.sort()).toEqual([
      'cname.shop.example CNAME -> ec2-198-51-100-23.eu-west-1.compute.amazonaws.com',
      'db.internal A -> 10.20.3.44',
      'www.shop.example A -> 198.51.100.23',
    ]);
  });

  it('is an accelerator’s endpoint in its region, by its id or its Elastic IP', async () => {
    const world = suspectWorld();
    const elastic = world.elasticAddress('198.51.100.99');
    const [one] = world.interfaces();
    if (one !== undefined) placeAddress(world.region, elastic, one);
    const arn = addAccelerator(world.account, {
      name: 'shop',
      listeners: [
        { endpointGroups: [{ region: 'us-east-1', endpointIds: [INSTANCE] }] },
        { endpointGroups: [{ region: REGION, endpointIds: ['i-0ffffffffffffffff', elastic.id] }] },
        { endpointGroups: [{ region: REGION, endpointIds: [INSTANCE] }] },
      ],
    });
    const { found } = await pointers(world);
    expect(found).toEqual([`${arn}/listener/1 -> ${elastic.id}`, `${arn}/listener/2 -> ${INSTANCE}`]);
  });

  it('is an instance of a Cloud Map service, by any of its attributes', async () => {
    const world = suspectWorld();
    const instances = [
      { AWS_EC2_INSTANCE_ID: INSTANCE },
      { AWS_INSTANCE_IPV4: '10.20.3.44', AWS_INSTANCE_PORT: '80' },
      { AWS_INSTANCE_CNAME: 'ip-10-20-3-44.eu-west-1.compute.internal' },
      { AWS_INSTANCE_IPV4: '10.20.3.45' },
    ];
    addCloudMapService(world.region, {
      name: 'shop',
      instances: instances.map((attributes, index) => ({ id: `${index}`, attributes })),
    });
    const { found } = await pointers(world);
    expect(found).toEqual([
      `shop -> ${INSTANCE}`,
      'shop -> 10.20.3.44',
      'shop -> ip-10-20-3-44.eu-west-1.compute.internal',
    ]);
  });

  it('is listed and never touched', async () => {
    const world = suspectWorld();
    addHostedZone(world.account, {
      name: 'shop.example',
      records: [{ name: 'shop.example', type: 'A', values: ['198.51.100.23'] }],
    });
    await pointers(world);
    expect(world.changes()).toEqual([]);
  });

  it('says where it stops reading in an account of very many records', async () => {
    const world = suspectWorld({ pageSize: 2 });
    addHostedZone(world.account, {
      name: 'many.example',
      records: Array.from({ length: 500 }, (_, index) => ({
        name: `n${index}.many.example`,
        type: 'A' as const,
        values: [OTHER],
      })),
    });
    const { result } = await pointers(world);
    expect(await gaps(world, result.incidentId)).toContain(
      'NOT_TAKEN dns-records.json: only the first 200 pages of records were read',
    );
  });
});
