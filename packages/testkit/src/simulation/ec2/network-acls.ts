import type { NetworkAcl as SdkAcl } from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { slice } from '../slice.js';
import { clientTokens } from './client-tokens.js';
import { networkCut } from './connections.js';
import { type FilterTable, filtered } from './filters.js';
import { interfacesOf } from './interfaces.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { Collection, created, placed, type Resource, tagList } from './resource.js';
import { specifiedTags } from './tag-specifications.js';
import { subnetsOf, vpcsOf } from './vpcs.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

export interface NetworkAcl extends Resource {
  readonly vpcId: string;
  /** The VPC's own lets everything through; one that was made and has no rules lets nothing. */
  readonly kind: 'default' | 'empty';
}

interface Association {
  readonly id: string;
  readonly aclId: string;
}

export const aclsOf = slice((region: SimulatedRegion) => new Collection<NetworkAcl>(region));
const associationsOf = slice((_region: SimulatedRegion) => new Map<string, Association>());

/** The subnet of an association that is in force. */
export function subnetOfAssociation(region: SimulatedRegion, associationId: string): string | undefined {
  return [...associationsOf(region)].find(([, { id }]) => id === associationId)?.[0];
}

/** Every subnet has one: the VPC's own unless somebody has tied it to another. */
function associationOf(region: SimulatedRegion, subnetId: string, vpcId: string): Association {
  const known = associationsOf(region).get(subnetId);
  if (known !== undefined) return known;
  const acls = aclsOf(region);
  const own =
    acls.all().find((acl) => acl.vpcId === vpcId && acl.kind === 'default') ??
    acls.add({ ...placed(region.world.id('acl')), vpcId, kind: 'default' });
  const made = { id: region.world.id('aclassoc'), aclId: own.id };
  associationsOf(region).set(subnetId, made);
  return made;
}

/** The ACL of a subnet, as it stands. */
export function aclOfSubnet(region: SimulatedRegion, subnetId: string): NetworkAcl | undefined {
  return aclsOf(region).peek(associationsOf(region).get(subnetId)?.aclId ?? '');
}

/** Whether an ACL lets what crosses the edge of the subnet through; inside of a subnet it filters nothing. */
export function crosses(region: SimulatedRegion, subnetId: string): boolean {
  return aclOfSubnet(region, subnetId)?.kind !== 'empty';
}

/** All network ACLs of a region. */
export function networkAclsOf(region: SimulatedRegion): readonly NetworkAcl[] {
  return aclsOf(region).all();
}

function describe(region: SimulatedRegion, acl: NetworkAcl): SdkAcl {
  const isDefault = acl.kind === 'default';
  const last = { RuleNumber: 32_767, Protocol: '-1', RuleAction: 'deny' as const, CidrBlock: '0.0.0.0/0' };
  const open = { RuleNumber: 100, Protocol: '-1', RuleAction: 'allow' as const, CidrBlock: '0.0.0.0/0' };
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    OwnerId: region.account.id,
    IsDefault: isDefault,
    Entries: [false, true].flatMap((Egress) => [
      ...(isDefault ? [{ ...open, Egress }] : []),
      { ...last, Egress },
    ]),
    Associations: [...associationsOf(region)]
      .filter(([, { aclId }]) => aclId === acl.id)
      .map(([SubnetId, { id }]) => ({
        NetworkAclAssociationId: id,
        NetworkAclId: acl.id,
        SubnetId,
      })),
    Tags: tagList(acl),
  };
}

const FILTERS: FilterTable<SdkAcl> = {
  'association.subnet-id': (one) => one.Associations?.map((each) => each.SubnetId),
  'network-acl-id': (one) => one.NetworkAclId,
  'vpc-id': (one) => one.VpcId,
};

export const networkAclHandlers: Handlers<
  Ec2,
  'DescribeNetworkAcls' | 'CreateNetworkAcl' | 'ReplaceNetworkAclAssociation' | 'DeleteNetworkAcl'
> = {
  DescribeNetworkAcls: (call) => {
    const { region } = call;
    for (const { id, vpcId } of subnetsOf(region).all()) associationOf(region, id, vpcId);
    const { NetworkAclIds: ids = [], Filters } = call.input;
    const collection = aclsOf(region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'acl', id)) : collection.visible();
    const described = wanted.map((one) => describe(region, one));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    return { NetworkAcls: items, ...next };
  },

  CreateNetworkAcl: (call) => {
    const { region, input } = call;
    const { ClientToken: token, VpcId: vpcId, TagSpecifications } = input;
    const acl = clientTokens(region).once(token, { vpcId, TagSpecifications }, () => {
      const vpc = required(vpcsOf(region), 'vpc', vpcId);
      const id = region.world.id('acl');
      const tags = specifiedTags(TagSpecifications, 'network-acl');
      return aclsOf(region).add({ ...created(region, id, tags), vpcId: vpc.id, kind: 'empty' });
    });
    return { NetworkAcl: describe(region, acl), ...(token === undefined ? {} : { ClientToken: token }) };
  },

  ReplaceNetworkAclAssociation: (call) => {
    const { region, input, world } = call;
    const found = [...associationsOf(region)].find(([, { id }]) => id === input.AssociationId);
    if (found === undefined)
      throw awsError(
        'InvalidAssociationID.NotFound',
        `The association ID '${input.AssociationId}' does not exist`,
      );
    const [subnetId] = found;
    const acl = required(aclsOf(region), 'acl', input.NetworkAclId);
    if (acl.vpcId !== subnetsOf(region).peek(subnetId)?.vpcId)
      throw awsError('InvalidParameterValue', `${acl.id} and ${subnetId} belong to different networks`);
    const association = { id: world.id('aclassoc'), aclId: acl.id };
    associationsOf(region).set(subnetId, association);
    if (acl.kind === 'empty')
      for (const one of interfacesOf(region).all()) if (one.subnet.id === subnetId) networkCut(one);
    return { NewAssociationId: association.id };
  },

  DeleteNetworkAcl: ({ region, input }) => {
    const acl = required(aclsOf(region), 'acl', input.NetworkAclId);
    if (acl.kind === 'default')
      throw awsError('InvalidParameterValue', `cannot delete default network ACL ${acl.id}`);
    if ([...associationsOf(region).values()].some(({ aclId }) => aclId === acl.id))
      throw awsError(
        'DependencyViolation',
        `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`,
      );
    aclsOf(region).delete(acl.id);
    return {};
  },
};
