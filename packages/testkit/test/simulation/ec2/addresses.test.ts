import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  DisassociateAddressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addAddress, addInterface, attachInterface, interfacesOf, placeAddress } from '../../../src/index.js';
import { ENI, GROUP, INSTANCE, SUBNET, scene } from './scene.js';

describe('Elastic IPs', () => {
  it('are taken off and put back', async () => {
    const { ec2, region, suspect, world } = scene(
      {},
      { interfaces: [{ id: ENI, subnetId: SUBNET, groups: [GROUP] }] },
    );
    const elastic = addAddress(region, { address: '198.51.100.99' });
    const eni = interfacesOf(region).peek(ENI);
    if (eni === undefined) throw new Error('no interface');
    const AssociationId = placeAddress(region, elastic, eni);
    const flow = world.connections.open(region, {
      interfaceId: ENI,
      direction: 'outbound',
      localPort: 1,
      remoteAddress: '203.0.113.66',
      remotePort: 4_444,
    });
    const Filters = [{ Name: 'instance-id', Values: [suspect.id] }];
    const describeAll = async () => (await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses;
    expect(await describeAll()).toMatchObject([
      { AllocationId: elastic.id, AssociationId, NetworkInterfaceId: ENI },
    ]);
    await ec2.send(new DisassociateAddressCommand({ AssociationId }));
    expect(flow?.closedBecause).toBe('address');
    expect(await describeAll()).toEqual([]);
    await expect(ec2.send(new DisassociateAddressCommand({ AssociationId }))).rejects.toMatchObject({
      name: 'InvalidAssociationID.NotFound',
    });
    await ec2.send(new AssociateAddressCommand({ AllocationId: elastic.id, NetworkInterfaceId: ENI }));
    expect(await describeAll()).toHaveLength(1);
  });

  it('move only when they may, and to a named interface where there are several', async () => {
    const { ec2, region } = scene();
    const elastic = addAddress(region, { address: '198.51.100.99' });
    const other = addInterface(region, { subnetId: SUBNET, groups: [GROUP] });
    placeAddress(region, elastic, other);
    const move = (more: object) =>
      ec2.send(new AssociateAddressCommand({ AllocationId: elastic.id, ...more }));
    await expect(move({ NetworkInterfaceId: ENI })).rejects.toMatchObject({
      name: 'Resource.AlreadyAssociated',
    });
    attachInterface(other, INSTANCE, { region, deviceIndex: 1 });
    await expect(move({ InstanceId: INSTANCE, AllowReassociation: true })).rejects.toMatchObject({
      name: 'InvalidInstanceID',
    });
    await move({ NetworkInterfaceId: ENI, AllowReassociation: true });
  });
});
