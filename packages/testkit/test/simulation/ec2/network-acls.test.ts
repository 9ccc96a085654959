import {
  CreateNetworkAclCommand,
  DeleteNetworkAclCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { reaches } from '../../../src/hosts/reach.js';
import {
  ANYWHERE_IPV4,
  addInterface,
  addSecurityGroup,
  addSubnet,
  addVpcEndpoint,
} from '../../../src/index.js';
import { ENI, INSTANCE, SUBNET, scene, VPC } from './scene.js';

function prepare() {
  const all = scene();
  const { region, ec2 } = all;
  const open = addSecurityGroup(region, {
    vpcId: VPC,
    rules: [{ direction: 'ingress', peer: ANYWHERE_IPV4 }],
  });
  addSubnet(region, { id: 'subnet-0fffffffffffffff1', vpcId: VPC, cidr: '10.20.99.0/24' });
  const endpointIn = (service: string, subnetId: string) => {
    const { id } = addInterface(region, { subnetId, groups: [open.id], type: 'vpc_endpoint' });
    addVpcEndpoint(region, { vpcId: VPC, service, groups: [open.id], interfaceIds: [id] });
  };
  endpointIn('ssm', SUBNET);
  endpointIn('ssmmessages', 'subnet-0fffffffffffffff1');
  const tie = async () => {
    const filter = { Filters: [{ Name: 'association.subnet-id', Values: [SUBNET] }] };
    const [acl] = (await ec2.send(new DescribeNetworkAclsCommand(filter))).NetworkAcls ?? [];
    const mine = acl?.Associations?.find(({ SubnetId }) => SubnetId === SUBNET);
    return { acl, associationId: mine?.NetworkAclAssociationId };
  };
  const putBehind = async (aclId: string | undefined) =>
    ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: (await tie()).associationId,
        NetworkAclId: aclId,
      }),
    );
  const make = async (token?: string) =>
    (await ec2.send(new CreateNetworkAclCommand({ VpcId: VPC, ClientToken: token }))).NetworkAcl;
  return { ...all, tie, putBehind, make };
}

describe('a network ACL', () => {
  it('is the VPC’s own for every subnet, and lets everything through', async () => {
    const { tie } = prepare();
    expect((await tie()).acl).toMatchObject({
      IsDefault: true,
      Entries: expect.arrayContaining([expect.objectContaining({ RuleNumber: 100, RuleAction: 'allow' })]),
    });
  });

  it('lets nothing across the edge of its subnet when it has no rules, and filters nothing inside', async () => {
    const { region, putBehind, make, world } = prepare();
    const flow = (remoteAddress: string) =>
      world.connections.open(region, {
        interfaceId: ENI,
        direction: 'outbound',
        localPort: 40_000,
        remoteAddress,
        remotePort: 443,
        path: 'vpc',
      });
    const [inside, across] = [flow('10.20.3.77'), flow('10.20.99.7')];
    expect(reaches(region, INSTANCE, 'ssmmessages')).toBe(true);
    await putBehind((await make())?.NetworkAclId);
    expect([inside?.closedBecause, across?.closedBecause]).toEqual([undefined, 'acl']);
    expect([reaches(region, INSTANCE, 'ssm'), reaches(region, INSTANCE, 'ssmmessages')]).toEqual([
      true,
      false,
    ]);
  });

  it('is made once for a token, and cannot be deleted while a subnet has it', async () => {
    const { ec2, putBehind, make, tie } = prepare();
    const own = (await tie()).acl?.NetworkAclId;
    const [one, other] = [await make('t'), await make('t')];
    expect(other?.NetworkAclId).toBe(one?.NetworkAclId);
    const remove = () => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: one?.NetworkAclId }));
    await putBehind(one?.NetworkAclId);
    await expect(remove()).rejects.toThrow('has dependencies');
    await putBehind(own);
    await remove();
    await expect(putBehind(one?.NetworkAclId)).rejects.toThrow('does not exist');
  });
});
