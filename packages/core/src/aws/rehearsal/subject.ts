import type { Instance } from '@aws-sdk/client-ec2';
import type { Account } from '../../engine/account.js';
import type { Suspect } from '../../engine/finding.js';
import { ec2, iam } from '../operations.js';

/** The things that permissions are asked about: the suspect's own, where they could be read. */
export interface Subject {
  readonly suspect: Suspect;
  readonly zone: string;
  readonly interfaceId?: string;
  readonly groups?: readonly string[];
  readonly vpcId?: string;
  readonly volumeId?: string;
  readonly roleArn?: string;
}

const SHELL_DOCUMENT = 'AWS-RunShellScript';

/** What is undefined is not there. */
function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  // Only entries that are undefined were left out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

async function roleOf(account: Account, found: Instance): Promise<string | undefined> {
  const name = found.IamInstanceProfile?.Arn?.split('/').at(-1);
  if (name === undefined) return undefined;
  const answer = await account
    .call(iam.GetInstanceProfile, { InstanceProfileName: name })
    .catch(() => undefined);
  return answer?.InstanceProfile?.Roles?.[0]?.Arn;
}

/** Looks at the suspect; what may not be read is left out, and asked about by simulation alone. */
export async function subjectOf(account: Account, suspect: Suspect): Promise<Subject> {
  const bare = { suspect, zone: `${suspect.region}a` };
  const answer = await account
    .call(ec2.DescribeInstances, { InstanceIds: [suspect.instanceId] })
    .catch(() => undefined);
  const found = answer?.Reservations?.[0]?.Instances?.[0];
  if (found === undefined) return bare;
  const [first] = found.NetworkInterfaces ?? [];
  const own = present<Omit<Subject, 'suspect' | 'zone'>>({
    interfaceId: first?.NetworkInterfaceId,
    groups: first?.Groups?.flatMap(({ GroupId }) => GroupId ?? []),
    vpcId: found.VpcId,
    volumeId: found.BlockDeviceMappings?.[0]?.Ebs?.VolumeId,
    roleArn: await roleOf(account, found),
  });
  return { ...bare, zone: found.Placement?.AvailabilityZone ?? bare.zone, ...own };
}

/** ARNs of what the steps act upon: policies that name resources are asked about these. */
export function resourcesOf({ suspect, roleArn, ...subject }: Subject): readonly string[] {
  const { partition, region, account, instanceId } = suspect;
  const own = (path: string) => `arn:${partition}:ec2:${region}:${account}:${path}`;
  return [
    own(`instance/${instanceId}`),
    ...(subject.interfaceId === undefined ? [] : [own(`network-interface/${subject.interfaceId}`)]),
    ...(subject.volumeId === undefined ? [] : [own(`volume/${subject.volumeId}`)]),
    ...(subject.vpcId === undefined ? [] : [own(`vpc/${subject.vpcId}`)]),
    ...(roleArn === undefined ? [] : [roleArn]),
    `arn:${partition}:ssm:${region}::document/${SHELL_DOCUMENT}`,
  ];
}
