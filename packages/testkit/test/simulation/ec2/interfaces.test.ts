import {
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type ModifyNetworkInterfaceAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addInterface, attachInterface } from '../../../src/index.js';
import { ENI, GROUP, INSTANCE, SUBNET, scene } from './scene.js';

const modify = (ec2: EC2Client, input: Partial<ModifyNetworkInterfaceAttributeCommandInput>) =>
  ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, ...input }));

describe('network interfaces', () => {
  it('are found by the instance they are attached to', async () => {
    const { ec2, region } = scene({ pageSize: 1 });
    const second = addInterface(region, { subnetId: SUBNET, groups: [GROUP] });
    attachInterface(second, INSTANCE, { region, deviceIndex: 1 });
    addInterface(region, { subnetId: SUBNET, groups: [GROUP] });
    const Filters = [{ Name: 'attachment.instance-id', Values: [INSTANCE] }];
    const first = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(first.NetworkInterfaces?.map((one) => one.NetworkInterfaceId)).toEqual([ENI]);
    const rest = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters, NextToken: first.NextToken }),
    );
    expect(rest.NetworkInterfaces?.map((one) => one.NetworkInterfaceId)).toEqual([second.id]);
    expect(rest.NextToken).toBeUndefined();
  });

  it('take their groups one by one where an instance has several', async () => {
    const { ec2, region } = scene();
    const change = () =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: INSTANCE, Groups: [GROUP] }));
    await change();
    const second = addInterface(region, { subnetId: SUBNET, groups: [GROUP] });
    attachInterface(second, INSTANCE, { region, deviceIndex: 1 });
    await expect(change()).rejects.toMatchObject({
      name: 'InvalidInstanceID',
      message: expect.stringContaining('There are multiple interfaces attached'),
    });
    await modify(ec2, { Groups: [GROUP] });
  });

  it.each([
    ['requester-managed', { requesterId: 'amazon-elb' }, 'AuthFailure'],
    ['trunk', { type: 'trunk' }, 'UnsupportedOperation'],
    ['efa', { type: 'efa' }, 'UnsupportedOperation'],
  ])('refuse when they are %s', async (_, options, name) => {
    const { ec2, region } = scene();
    const one = addInterface(region, { subnetId: SUBNET, groups: [GROUP], ...options });
    const refused = modify(ec2, { NetworkInterfaceId: one.id, Groups: [GROUP] });
    await expect(refused).rejects.toMatchObject({ name });
  });

  it('change one attribute at a time', async () => {
    const { ec2 } = scene();
    const both = modify(ec2, { Groups: [GROUP], SourceDestCheck: { Value: false } });
    await expect(both).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('do not get back the auto-assigned address that was taken from them', async () => {
    const { ec2 } = scene();
    const address = async () => {
      const answer = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [ENI] }));
      return answer.NetworkInterfaces?.[0]?.Association?.PublicIp;
    };
    expect(await address()).toBe('198.51.100.23');
    await modify(ec2, { AssociatePublicIpAddress: false });
    expect(await address()).toBeUndefined();
    await modify(ec2, { AssociatePublicIpAddress: true });
    expect(await address()).toMatch(/^198\.18\./);
  });
});
