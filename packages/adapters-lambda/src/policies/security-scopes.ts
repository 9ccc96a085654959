import { INCIDENT_TAG, LIFETIME_TAG, type Lifetime } from '@cordon/core/steps';
import { arns, type PolicyOptions, type Scope, tagsWhileMaking } from './scope.js';

const REGION_WIDE = 'by the pipeline’s own settings, which name image, subnet and template';

const lived = (by: 'RequestTag' | 'ResourceTag', ...lifetimes: readonly Lifetime[]) => ({
  StringEquals: { [`aws:${by}/${LIFETIME_TAG}`]: lifetimes },
  Null: { [`aws:${by}/${INCIDENT_TAG}`]: 'false' },
});

type Arns = ReturnType<typeof arns>;

/** In which groups a forensic instance may stand. */
function worn({ ec2 }: Arns, groups: readonly string[] | undefined): Scope {
  if (groups === undefined)
    return {
      sid: 'LaunchInOwnGroups',
      actions: ['ec2:RunInstances'],
      resources: [ec2('security-group/*')],
      condition: lived('ResourceTag', 'examination'),
    };
  return {
    sid: 'LaunchInGroups',
    actions: ['ec2:RunInstances'],
    resources: groups.map((id) => ec2(`security-group/${id}`)),
    because: 'the deployment’s own groups only',
  };
}

const dressed = (roleArn: string): Scope => ({
  sid: 'DressForensicInstances',
  actions: ['iam:PassRole'],
  resources: [roleArn],
  condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
});

function launch(names: Arns, options: PolicyOptions): readonly Scope[] {
  const { ec2, image, snapshot } = names;
  const { forensicRoleArn } = options;
  return [
    {
      sid: 'LaunchInstances',
      actions: ['ec2:RunInstances'],
      resources: [ec2('instance/*')],
      condition: {
        StringEquals: {
          ...lived('RequestTag', 'examination').StringEquals,
          'ec2:MetadataHttpTokens': 'required',
        },
        Null: lived('RequestTag', 'examination').Null,
      },
    },
    {
      sid: 'LaunchWith',
      actions: ['ec2:RunInstances'],
      resources: [
        image('*'),
        ec2('subnet/*'),
        ec2('network-interface/*'),
        ec2('launch-template/*'),
        snapshot('snap-*'),
      ],
      because: REGION_WIDE,
    },
    worn(names, options.forensicSecurityGroupIds),
    ...(forensicRoleArn === undefined ? [] : [dressed(forensicRoleArn)]),
  ];
}

function disks({ ec2, snapshot }: Arns): readonly Scope[] {
  return [
    {
      sid: 'MakeVolumes',
      actions: ['ec2:CreateVolume', 'ec2:RunInstances'],
      resources: [ec2('volume/*')],
      condition: lived('RequestTag', 'examination'),
    },
    {
      sid: 'VolumesFrom',
      actions: ['ec2:CreateVolume'],
      resources: [snapshot('snap-*')],
      because: 'they are the suspects’, and known by nothing that IAM could compare',
    },
    {
      sid: 'OwnThings',
      actions: [
        'ec2:AttachVolume',
        'ec2:AuthorizeSecurityGroupEgress',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteVolume',
        'ec2:RevokeSecurityGroupEgress',
        'ec2:RevokeSecurityGroupIngress',
        'ec2:StartInstances',
        'ec2:StopInstances',
        'ec2:TerminateInstances',
      ],
      resources: [ec2('instance/*'), ec2('volume/*'), ec2('security-group/*')],
      condition: lived('ResourceTag', 'examination'),
    },
  ];
}

/** Custody: copies are made and locked, and deleted by nobody who has this policy. */
function custody(everywhere: readonly Arns[]): readonly Scope[] {
  const snapshots = everywhere.map(({ snapshot }) => snapshot('*'));
  return [
    {
      sid: 'MakeCopies',
      actions: ['ec2:CopySnapshot'],
      resources: snapshots,
      condition: lived('RequestTag', 'custody', 'examination'),
    },
    {
      sid: 'CopyFrom',
      actions: ['ec2:CopySnapshot'],
      resources: everywhere.map(({ snapshot }) => snapshot('snap-*')),
      because: 'IAM knows no tags of what is copied; what is made of it must bring ours along',
    },
    {
      sid: 'LockCopies',
      actions: ['ec2:LockSnapshot'],
      resources: snapshots,
      condition: lived('ResourceTag', 'custody'),
    },
    {
      sid: 'DeleteSnapshots',
      actions: ['ec2:DeleteSnapshot'],
      resources: snapshots,
      condition: lived('ResourceTag', 'examination'),
    },
  ];
}

function hosts({ ec2, shell, of }: Arns, { parameters = [] }: PolicyOptions): readonly Scope[] {
  const named: Scope = {
    sid: 'Parameters',
    actions: ['ssm:GetParameter'],
    resources: parameters.map((name) => of('ssm', `parameter/${name.replace(/^\//, '')}`)),
    because: 'these parameters and no others',
  };
  return [
    {
      sid: 'OwnHosts',
      actions: ['ssm:SendCommand'],
      resources: [ec2('instance/*')],
      condition: { StringEquals: { [`ssm:resourceTag/${LIFETIME_TAG}`]: 'examination' } },
    },
    {
      sid: 'Shell',
      actions: ['ssm:SendCommand'],
      resources: [shell],
      because: 'one document of SSM, and no other',
    },
    {
      sid: 'OwnCommands',
      actions: ['ssm:CancelCommand'],
      resources: ['*'],
      because: 'IAM knows no resource for it',
    },
    ...(parameters.length === 0 ? [] : [named]),
  ];
}

/** What the role in the security account is allowed, and on what. */
export function securityScopes(options: PolicyOptions): readonly Scope[] {
  const { region, otherRegions = [], securityAccount: account, partition = 'aws' } = options;
  const names = arns({ partition, region, account });
  const everywhere = [region, ...otherRegions].map((one) => arns({ partition, region: one, account }));
  const { ec2 } = names;
  const makers = ['ec2:CopySnapshot', 'ec2:CreateSecurityGroup', 'ec2:CreateVolume', 'ec2:RunInstances'];
  return [
    ...launch(names, options),
    ...disks(names),
    {
      sid: 'MakeGroups',
      actions: ['ec2:CreateSecurityGroup'],
      resources: [ec2('security-group/*')],
      condition: lived('RequestTag', 'examination'),
    },
    {
      sid: 'MakeGroupsIn',
      actions: ['ec2:CreateSecurityGroup'],
      resources: [ec2('vpc/*')],
      because: REGION_WIDE,
    },
    ...custody(everywhere),
    ...hosts(names, options),
    tagsWhileMaking(makers, [
      ec2('instance/*'),
      ec2('volume/*'),
      ec2('security-group/*'),
      ...everywhere.map(({ snapshot }) => snapshot('*')),
    ]),
  ];
}
