import { NEUTRAL_TAG } from '@cordon/core/steps';
import { arns, type PolicyOptions, type Scope, tagsWhileMaking } from './scope.js';

/** Values of the dull tag: a step's key on snapshots and volumes, and the key with what a copy was made of. */
const KEY = '?'.repeat(32);
const COPY = `${KEY}/snap-*`;
/** `neutralName`: what groups, ACLs and policies of ours are called and tagged. */
const NAME = `baseline-${'?'.repeat(12)}`;

const UNKNOWN_SUSPECT =
  'which instance will be the suspect is not known beforehand; the engine holds each step to the finding';

const tagged = (...values: readonly string[]) => ({
  StringLike: { [`aws:ResourceTag/${NEUTRAL_TAG}`]: values },
});
const tagging = (...values: readonly string[]) => ({
  StringLike: { [`aws:RequestTag/${NEUTRAL_TAG}`]: values },
});

type Arns = ReturnType<typeof arns>;

/** The suspect itself, and its volumes. */
function itself({ ec2 }: Arns): readonly Scope[] {
  return [
    {
      sid: 'Suspect',
      actions: [
        'ec2:AssociateIamInstanceProfile',
        'ec2:AttachVolume',
        'ec2:CreateSnapshot',
        'ec2:CreateSnapshots',
        'ec2:DetachVolume',
        'ec2:DisassociateIamInstanceProfile',
        'ec2:ModifyInstanceAttribute',
        'ec2:ModifyInstanceMetadataOptions',
        'ec2:ReplaceIamInstanceProfileAssociation',
        'ec2:StopInstances',
      ],
      resources: [ec2('instance/*')],
      because: UNKNOWN_SUSPECT,
    },
    {
      sid: 'SuspectVolumes',
      actions: ['ec2:CreateSnapshot', 'ec2:CreateSnapshots', 'ec2:ModifyInstanceAttribute'],
      resources: [ec2('volume/*')],
      because: UNKNOWN_SUSPECT,
    },
  ];
}

function itsInterfaces({ ec2 }: Arns): readonly Scope[] {
  const kinds = ['network-interface', 'security-group', 'elastic-ip', 'instance', 'network-acl', 'subnet'];
  return [
    {
      sid: 'SuspectNetwork',
      actions: [
        'ec2:AssociateAddress',
        'ec2:DisassociateAddress',
        'ec2:ModifyNetworkInterfaceAttribute',
        'ec2:ReplaceNetworkAclAssociation',
      ],
      resources: kinds.map((kind) => ec2(`${kind}/*`)),
      because: `${UNKNOWN_SUSPECT}, and release gives back what it wore`,
    },
  ];
}

/** What it is a member of, and what reaches into it. */
function around({ ec2, of, shell }: Arns): readonly Scope[] {
  return [
    {
      sid: 'SuspectMemberships',
      actions: [
        'autoscaling:DetachInstances',
        'autoscaling:EnterStandby',
        'autoscaling:ResumeProcesses',
        'autoscaling:SuspendProcesses',
        'elasticloadbalancing:DeregisterTargets',
        'elasticloadbalancing:RegisterTargets',
      ],
      resources: [
        of('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*'),
        of('elasticloadbalancing', 'targetgroup/*/*'),
      ],
      because: `${UNKNOWN_SUSPECT}, nor its groups`,
    },
    {
      sid: 'SuspectShell',
      actions: ['ssm:SendCommand'],
      resources: [ec2('instance/*'), shell],
      because: `${UNKNOWN_SUSPECT}; no other document of SSM`,
    },
    {
      sid: 'ForeignSessions',
      actions: ['ssm:TerminateSession'],
      resources: [of('ssm', 'session/*')],
      because: 'whose sessions are foreign, only the incident says',
    },
    {
      sid: 'ForeignCommands',
      actions: ['ssm:CancelCommand'],
      resources: ['*'],
      because: 'IAM knows no resource for it',
    },
  ];
}

function snapshots({ snapshot }: Arns, { securityAccount }: PolicyOptions): readonly Scope[] {
  return [
    {
      sid: 'MakeSnapshots',
      actions: ['ec2:CopySnapshot', 'ec2:CreateSnapshot', 'ec2:CreateSnapshots'],
      resources: [snapshot('*')],
      condition: tagging(KEY, COPY),
    },
    {
      sid: 'CopyFrom',
      actions: ['ec2:CopySnapshot'],
      resources: [snapshot('snap-*')],
      because: 'IAM knows no tags of what is copied; what is made of it must bring ours along',
    },
    {
      sid: 'LockSnapshots',
      actions: ['ec2:LockSnapshot'],
      resources: [snapshot('*')],
      condition: tagged(KEY, COPY),
    },
    {
      sid: 'ShareSnapshots',
      actions: ['ec2:ModifySnapshotAttribute'],
      resources: [snapshot('*')],
      condition: {
        ...tagged(KEY, COPY),
        StringEquals: { 'ec2:Add/userId': securityAccount },
        Null: { 'ec2:Add/group': 'true' },
      },
    },
    {
      sid: 'DeleteCopies',
      actions: ['ec2:DeleteSnapshot'],
      resources: [snapshot('*')],
      condition: tagged(COPY),
    },
  ];
}

function volumes({ ec2 }: Arns): readonly Scope[] {
  return [
    {
      sid: 'MakeVolumes',
      actions: ['ec2:CreateVolume'],
      resources: [ec2('volume/*')],
      condition: tagging(KEY),
    },
    {
      sid: 'OwnVolumes',
      actions: ['ec2:AttachVolume', 'ec2:DeleteVolume', 'ec2:DetachVolume'],
      resources: [ec2('volume/*')],
      condition: tagged(KEY),
    },
  ];
}

function network({ ec2 }: Arns): readonly Scope[] {
  return [
    {
      sid: 'MakeGroups',
      actions: ['ec2:CreateNetworkAcl', 'ec2:CreateSecurityGroup'],
      resources: [ec2('security-group/*'), ec2('network-acl/*')],
      condition: tagging(NAME),
    },
    {
      sid: 'MakeGroupsIn',
      actions: ['ec2:CreateNetworkAcl', 'ec2:CreateSecurityGroup'],
      resources: [ec2('vpc/*')],
      because: UNKNOWN_SUSPECT,
    },
    {
      sid: 'OwnGroups',
      actions: [
        'ec2:AuthorizeSecurityGroupEgress',
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:DeleteNetworkAcl',
        'ec2:DeleteSecurityGroup',
        'ec2:RevokeSecurityGroupEgress',
        'ec2:RevokeSecurityGroupIngress',
      ],
      resources: [ec2('security-group/*'), ec2('network-acl/*')],
      condition: tagged(NAME),
    },
  ];
}

function identity({ iam }: Arns): readonly Scope[] {
  const own = iam(`policy/${NAME}`);
  return [
    {
      sid: 'SuspectRole',
      actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
      resources: [iam('role/*')],
      because: `${UNKNOWN_SUSPECT}, nor its role; IAM cannot tell a denial from another policy`,
    },
    {
      sid: 'OwnPolicies',
      actions: ['iam:CreatePolicy', 'iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion'],
      resources: [own],
      because: 'policies of our own name only',
    },
    {
      sid: 'AttachOwnPolicies',
      actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      resources: [iam('role/*')],
      condition: { ArnLike: { 'iam:PolicyARN': own } },
    },
    {
      sid: 'DressSuspect',
      actions: ['iam:PassRole'],
      resources: [iam('role/*')],
      condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
  ];
}

/** What the responder's role in a suspect account is allowed, and on what. Its tags are dull: the intruder reads them. */
export function suspectScopes(options: PolicyOptions): readonly Scope[] {
  const { region, partition = 'aws' } = options;
  const names = arns({ partition, region, account: '*' });
  const makers = [
    'ec2:CopySnapshot',
    'ec2:CreateNetworkAcl',
    'ec2:CreateSecurityGroup',
    'ec2:CreateSnapshot',
    'ec2:CreateSnapshots',
    'ec2:CreateVolume',
  ];
  const made = ['network-acl', 'security-group', 'volume'].map((kind) => names.ec2(`${kind}/*`));
  return [
    ...itself(names),
    ...itsInterfaces(names),
    ...around(names),
    ...snapshots(names, options),
    ...volumes(names),
    ...network(names),
    ...identity(names),
    tagsWhileMaking(makers, [...made, names.snapshot('*')]),
  ];
}
