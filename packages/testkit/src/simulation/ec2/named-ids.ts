import type { SimulatedRegion } from '../account.js';
import type { SimulatedCall } from '../service.js';
import { interfacesOf } from './interfaces.js';
import { subnetOfAssociation } from './network-acls.js';
import { associationsOf } from './profile-associations.js';
import { volumesOfInstance } from './volumes.js';

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** The fields of EC2's inputs that policies are asked about. */
export interface Fields {
  readonly InstanceId?: string;
  readonly InstanceIds?: readonly string[];
  readonly VolumeId?: string;
  readonly SnapshotId?: string;
  readonly SourceSnapshotId?: string;
  readonly SourceRegion?: string;
  readonly NetworkInterfaceId?: string;
  readonly GroupId?: string;
  readonly Groups?: readonly string[];
  readonly AllocationId?: string;
  readonly AssociationId?: string;
  readonly NetworkAclId?: string;
  readonly VpcId?: string;
  readonly ImageId?: string;
  readonly SubnetId?: string;
  readonly SecurityGroupIds?: readonly string[];
  readonly NetworkInterfaces?: readonly { readonly SubnetId?: string; readonly Groups?: readonly string[] }[];
  readonly LaunchTemplate?: { readonly LaunchTemplateId?: string };
  readonly InstanceSpecification?: { readonly InstanceId?: string };
  readonly Resources?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly TagSpecifications?: readonly { readonly ResourceType?: string; readonly Tags?: readonly Tag[] }[];
  readonly MetadataOptions?: { readonly HttpTokens?: string };
  readonly CreateVolumePermission?: {
    readonly Add?: readonly { readonly UserId?: string; readonly Group?: string }[];
  };
  readonly OperationType?: string;
  readonly UserIds?: readonly string[];
  readonly GroupNames?: readonly string[];
}

type Ids = readonly (string | undefined)[];

/** What holds an address: the association tells it. */
function holdersOf(region: SimulatedRegion, associationId: string | undefined): Ids {
  const one = interfacesOf(region)
    .visible()
    .find(
      ({ public: address }) =>
        address?.associationId !== undefined && address.associationId === associationId,
    );
  return [one?.public?.allocationId, one?.id];
}

/** Where it is not the one thing that the call is about. */
const NAMED: Readonly<Record<string, (call: SimulatedCall, fields: Fields) => Ids>> = {
  AssociateAddress: (_, { AllocationId, NetworkInterfaceId, InstanceId }) => [
    AllocationId,
    NetworkInterfaceId,
    InstanceId,
  ],
  AttachVolume: (_, { InstanceId, VolumeId }) => [InstanceId, VolumeId],
  CreateNetworkAcl: (_, { VpcId }) => [VpcId],
  CreateSecurityGroup: (_, { VpcId }) => [VpcId],
  CreateSnapshots: ({ region }, { InstanceSpecification: of }) => [
    of?.InstanceId,
    ...volumesOfInstance(region, of?.InstanceId ?? '').map(({ id }) => id),
  ],
  CreateTags: (_, { Resources = [] }) => Resources,
  DeleteTags: (_, { Resources = [] }) => Resources,
  DetachVolume: (_, { InstanceId, VolumeId }) => [InstanceId, VolumeId],
  DisassociateAddress: ({ region }, { AssociationId }) => holdersOf(region, AssociationId),
  DisassociateIamInstanceProfile: ({ region }, { AssociationId = '' }) => [
    associationsOf(region).find(AssociationId)?.instanceId,
  ],
  ModifyNetworkInterfaceAttribute: (_, { NetworkInterfaceId, Groups = [] }) => [
    NetworkInterfaceId,
    ...Groups,
  ],
  ReplaceIamInstanceProfileAssociation: ({ region }, { AssociationId = '' }) => [
    associationsOf(region).find(AssociationId)?.instanceId,
  ],
  ReplaceNetworkAclAssociation: ({ region }, { NetworkAclId, AssociationId = '' }) => [
    NetworkAclId,
    subnetOfAssociation(region, AssociationId),
  ],
  RunInstances: (_, { ImageId, SubnetId, SecurityGroupIds = [], NetworkInterfaces = [], LaunchTemplate }) => [
    ImageId,
    LaunchTemplate?.LaunchTemplateId,
    SubnetId,
    ...SecurityGroupIds,
    ...NetworkInterfaces.flatMap((one) => [one.SubnetId, ...(one.Groups ?? [])]),
  ],
};

/** Fields that name what a call is about. */
function subjectsOf(fields: Fields): Ids {
  const {
    InstanceId,
    InstanceIds = [],
    VolumeId,
    SnapshotId,
    NetworkInterfaceId,
    GroupId,
    NetworkAclId,
  } = fields;
  const one = InstanceId ?? VolumeId ?? SnapshotId ?? NetworkInterfaceId ?? GroupId ?? NetworkAclId;
  return one === undefined ? InstanceIds : [one];
}

/** Ids of everything that a call names. */
export function namedIds(operation: string, call: SimulatedCall, fields: Fields): readonly string[] {
  const ids = NAMED[operation]?.(call, fields) ?? subjectsOf(fields);
  return ids.flatMap((id) => id ?? []);
}
