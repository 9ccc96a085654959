import type { Account, Operation } from '../../engine/account.js';
import { ec2 } from '../operations.js';
import { tagSpecification, tagsInRun } from './as-in-a-run.js';
import type { Subject } from './subject.js';

/** Asks EC2 whether it would; undefined where there is nothing to ask about. */
export type DryRun = (account: Account, subject: Subject) => Promise<object> | undefined;

/**
 * Only operations that know `DryRun` fit: one that does not (`AssociateIamInstanceProfile`) would be carried out, and is a
 * type error here.
 */
function dryRun<Input extends { DryRun?: boolean | undefined }>(
  operation: Operation<Input, object>,
  inputFor: (subject: Subject) => Omit<NoInfer<Input>, 'DryRun'> | undefined,
): readonly [string, DryRun] {
  const ask: DryRun = (account, subject) => {
    const input = inputFor(subject);
    // The spread of a generic is not known to be it again.
    return input === undefined
      ? undefined
      : account.call(operation, { ...input, DryRun: true } as NoInfer<Input>);
  };
  return [operation.id, ask];
}

const anything = () => ({});
const ofSnapshots = tagSpecification('snapshot', tagsInRun('suspect', 'ec2:CreateSnapshots'));
const ofGroups = tagSpecification('security-group', tagsInRun('suspect', 'ec2:CreateSecurityGroup'));
const ofVolumes = tagSpecification('volume', tagsInRun('security', 'ec2:CreateVolume'));
const onInstance = ({ suspect }: Subject) => ({ InstanceId: suspect.instanceId });
const onInstances = ({ suspect }: Subject) => ({ InstanceIds: [suspect.instanceId] });

/** Reads for which EC2 needs no more than the question. */
const READS = [
  dryRun(ec2.DescribeInstances, anything),
  dryRun(ec2.DescribeInstanceStatus, anything),
  dryRun(ec2.DescribeNetworkInterfaces, anything),
  dryRun(ec2.DescribeSecurityGroups, anything),
  dryRun(ec2.DescribeSecurityGroupRules, anything),
  dryRun(ec2.DescribeVolumes, anything),
  dryRun(ec2.DescribeSnapshots, anything),
  dryRun(ec2.DescribeImages, anything),
  dryRun(ec2.DescribeAddresses, anything),
  dryRun(ec2.DescribeVpcEndpoints, anything),
  dryRun(ec2.DescribeRouteTables, anything),
  dryRun(ec2.DescribeSubnets, anything),
  dryRun(ec2.DescribeVpcs, anything),
  dryRun(ec2.DescribeInstanceTypes, anything),
  dryRun(ec2.DescribeTags, anything),
  dryRun(ec2.DescribeManagedPrefixLists, anything),
  dryRun(ec2.DescribeSpotInstanceRequests, anything),
  dryRun(ec2.DescribeAvailabilityZones, anything),
  dryRun(ec2.DescribeNatGateways, anything),
  dryRun(ec2.GetEbsDefaultKmsKeyId, anything),
] as const;

const READS_OF_INSTANCE = [
  dryRun(ec2.GetConsoleOutput, onInstance),
  dryRun(ec2.GetConsoleScreenshot, onInstance),
  dryRun(ec2.DescribeInstanceAttribute, (subject) => ({
    ...onInstance(subject),
    Attribute: 'userData' as const,
  })),
] as const;

/** Changes to the suspect itself, as the steps would make them. */
const CHANGES = [
  dryRun(ec2.CreateSnapshots, (subject) => ({ InstanceSpecification: onInstance(subject), ...ofSnapshots })),
  dryRun(ec2.CreateSnapshot, ({ volumeId }) =>
    volumeId === undefined ? undefined : { VolumeId: volumeId, ...ofSnapshots },
  ),
  dryRun(ec2.ModifyNetworkInterfaceAttribute, ({ interfaceId, groups = [] }) =>
    interfaceId === undefined ? undefined : { NetworkInterfaceId: interfaceId, Groups: [...groups] },
  ),
  dryRun(ec2.ModifyInstanceAttribute, (subject) => ({
    ...onInstance(subject),
    DisableApiTermination: { Value: true },
  })),
  dryRun(ec2.ModifyInstanceMetadataOptions, (subject) => ({
    ...onInstance(subject),
    HttpTokens: 'required' as const,
  })),
  dryRun(ec2.CreateSecurityGroup, ({ vpcId }) =>
    vpcId === undefined
      ? undefined
      : { GroupName: 'rehearsal', Description: 'rehearsal', VpcId: vpcId, ...ofGroups },
  ),
  dryRun(ec2.StopInstances, onInstances),
] as const;

/** Changes in the security account that need nothing which does not exist yet. */
const CHANGES_OF_OURS = [
  dryRun(ec2.CreateVolume, ({ zone }) => ({
    AvailabilityZone: zone,
    Size: 1,
    VolumeType: 'gp3' as const,
    ...ofVolumes,
  })),
] as const;

/**
 * What EC2 can be asked, per account. Actions on things that only a run makes (its groups, its snapshots, its instance)
 * are not among them: a dry run on something else would prove nothing, and policies are simulated instead.
 */
export const DRY_RUNS: Readonly<Record<'suspect' | 'security', ReadonlyMap<string, DryRun>>> = {
  suspect: new Map([...READS, ...READS_OF_INSTANCE, ...CHANGES]),
  security: new Map([...READS, ...CHANGES_OF_OURS]),
};
