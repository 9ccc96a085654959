import { type AwsError, awsError } from '../errors.js';
import type { Collection, Resource } from './resource.js';

interface IdErrors {
  readonly notFound: readonly [code: string, message: (id: string) => string];
  readonly malformed: readonly [code: string, message: (id: string) => string];
}

const invalidId = (id: string) => `Invalid id: "${id}"`;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ERRORS: Readonly<Record<string, IdErrors>> = {
  i: {
    notFound: ['InvalidInstanceID.NotFound', (id) => `The instance ID '${id}' does not exist`],
    malformed: ['InvalidInstanceID.Malformed', invalidId],
  },
  vol: {
    notFound: ['InvalidVolume.NotFound', (id) => `The volume '${id}' does not exist.`],
    malformed: [
      'InvalidParameterValue',
      (id) => `Value (${id}) for parameter volumes is invalid. Expected: 'vol-...'.`,
    ],
  },
  snap: {
    notFound: ['InvalidSnapshot.NotFound', (id) => `The snapshot '${id}' does not exist.`],
    malformed: ['InvalidSnapshotID.Malformed', (id) => `Invalid id: "${id}" (expecting "snap-...")`],
  },
  sg: {
    notFound: ['InvalidGroup.NotFound', (id) => `The security group '${id}' does not exist`],
    malformed: ['InvalidGroupId.Malformed', (id) => `Invalid id: "${id}" (expecting "sg-...")`],
  },
  sgr: {
    notFound: [
      'InvalidSecurityGroupRuleId.NotFound',
      (id) => `The security group rule ID '${id}' does not exist`,
    ],
    malformed: ['InvalidSecurityGroupRuleId.Malformed', invalidId],
  },
  eni: {
    notFound: [
      'InvalidNetworkInterfaceID.NotFound',
      (id) => `The networkInterface ID '${id}' does not exist`,
    ],
    malformed: ['InvalidNetworkInterfaceId.Malformed', (id) => `Invalid id: "${id}" (expecting "eni-...")`],
  },
  ami: {
    notFound: ['InvalidAMIID.NotFound', (id) => `The image id '[${id}]' does not exist`],
    malformed: ['InvalidAMIID.Malformed', (id) => `Invalid id: "${id}" (expecting "ami-...")`],
  },
  vpc: {
    notFound: ['InvalidVpcID.NotFound', (id) => `The vpc ID '${id}' does not exist`],
    malformed: ['InvalidVpcId.Malformed', invalidId],
  },
  subnet: {
    notFound: ['InvalidSubnetID.NotFound', (id) => `The subnet ID '${id}' does not exist`],
    malformed: ['InvalidSubnetId.Malformed', invalidId],
  },
  rtb: {
    notFound: ['InvalidRouteTableID.NotFound', (id) => `The routeTable ID '${id}' does not exist`],
    malformed: ['InvalidRouteTableId.Malformed', invalidId],
  },
  vpce: {
    notFound: ['InvalidVpcEndpointId.NotFound', (id) => `The Vpc Endpoint Id '${id}' does not exist`],
    malformed: ['InvalidVpcEndpointId.Malformed', invalidId],
  },
  eipalloc: {
    notFound: ['InvalidAllocationID.NotFound', (id) => `The allocation ID '${id}' does not exist`],
    malformed: ['InvalidAllocationID.Malformed', invalidId],
  },
  nat: {
    notFound: ['NatGatewayNotFound', (id) => `The Nat Gateway ${id} was not found`],
    malformed: ['NatGatewayMalformed', invalidId],
  },
  acl: {
    notFound: ['InvalidNetworkAclID.NotFound', (id) => `The networkAcl ID '${id}' does not exist`],
    malformed: ['InvalidNetworkAclId.Malformed', invalidId],
  },
  pl: {
    notFound: ['InvalidPrefixListID.NotFound', (id) => `The prefix list ID '${id}' does not exist`],
    malformed: ['InvalidPrefixListId.Malformed', invalidId],
  },
};

/** What EC2 answers to an id of this kind that it does not know, or cannot read. */
export function idError(kind: string, id: string): AwsError {
  const errors = ERRORS[kind];
  if (errors === undefined) throw new Error(`no errors are known for ids of kind ${kind}`);
  const wellFormed = new RegExp(`^${kind}-[0-9a-f]{8,17}$`).test(id);
  const [code, message] = wellFormed ? errors.notFound : errors.malformed;
  return awsError(code, message(id));
}

/** @throws AwsError when no such resource can be seen */
export function required<T extends Resource>(
  collection: Collection<T>,
  kind: string,
  id: string | undefined,
): T {
  if (id === undefined)
    throw awsError('MissingParameter', `The request must contain the parameter ${kind}Id`);
  const found = collection.find(id);
  if (found === undefined) throw idError(kind, id);
  return found;
}
