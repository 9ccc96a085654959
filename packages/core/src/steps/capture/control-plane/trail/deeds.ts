import type { Observation } from '../../../../engine/observation.js';
import type { Judge } from './role-tally.js';

/** A kind of call that tells something, when a role of an instance makes it. */
export interface Deed {
  readonly rule: string;
  /** What it did: after `The role`, in the past. */
  readonly did: string;
  /** What it tried: after `The role tried to`. */
  readonly tried: string;
  readonly severity: Observation['severity'];
  readonly techniques: readonly string[];
  /** `elsewhere`: from the instance itself it is an application's daily work. */
  readonly from: 'anywhere' | 'elsewhere';
  readonly names: readonly string[];
}

export const DEEDS: readonly Deed[] = [
  {
    rule: 'role.blinded-detection',
    did: 'switched off what watches the account',
    tried: 'switch off what watches the account',
    severity: 'critical',
    techniques: ['T1685.002'],
    from: 'anywhere',
    names: [
      'StopLogging',
      'DeleteTrail',
      'UpdateTrail',
      'PutEventSelectors',
      'DeleteFlowLogs',
      'DeleteDetector',
      'UpdateDetector',
      'DisassociateFromAdministratorAccount',
      'DisableSecurityHub',
      'StopConfigurationRecorder',
      'DeleteConfigurationRecorder',
      'DeleteResolverQueryLogConfig',
    ],
  },
  {
    rule: 'role.made-access',
    did: 'made keys, users or rights that outlive its session',
    tried: 'make keys, users or rights that outlive its session',
    severity: 'high',
    techniques: ['T1098.001', 'T1098.003', 'T1136.003'],
    from: 'anywhere',
    names: [
      'CreateAccessKey',
      'CreateLoginProfile',
      'UpdateLoginProfile',
      'CreateUser',
      'CreateRole',
      'AddUserToGroup',
      'AttachUserPolicy',
      'AttachRolePolicy',
      'PutUserPolicy',
      'PutRolePolicy',
      'SetDefaultPolicyVersion',
      'CreatePolicyVersion',
      'UpdateAssumeRolePolicy',
    ],
  },
  {
    rule: 'role.shared-data',
    did: 'opened snapshots, images or buckets to others',
    tried: 'open snapshots, images or buckets to others',
    severity: 'high',
    techniques: ['T1537'],
    from: 'anywhere',
    names: [
      'ModifySnapshotAttribute',
      'ModifyImageAttribute',
      'ModifyDBSnapshotAttribute',
      'ModifyDBClusterSnapshotAttribute',
      'PutBucketPolicy',
      'DeletePublicAccessBlock',
    ],
  },
  {
    rule: 'role.read-secrets',
    did: 'read secrets from an address that is not the instance’s',
    tried: 'read secrets from an address that is not the instance’s',
    severity: 'high',
    techniques: ['T1555.006'],
    from: 'elsewhere',
    names: [
      'GetSecretValue',
      'BatchGetSecretValue',
      'GetParameter',
      'GetParameters',
      'GetParametersByPath',
      'Decrypt',
    ],
  },
  {
    rule: 'role.reached-hosts',
    did: 'opened sessions on hosts, or ran commands there, from an address that is not the instance’s',
    tried: 'open sessions on hosts, or run commands there, from an address that is not the instance’s',
    severity: 'high',
    techniques: ['T1021.008', 'T1651'],
    from: 'elsewhere',
    names: [
      'StartSession',
      'SendCommand',
      'CreateAssociation',
      'SendSSHPublicKey',
      'SendSerialConsoleSSHPublicKey',
    ],
  },
  {
    rule: 'role.assumed-onward',
    did: 'became other roles from an address that is not the instance’s',
    tried: 'become other roles from an address that is not the instance’s',
    severity: 'high',
    techniques: ['T1550.001'],
    from: 'elsewhere',
    names: ['AssumeRole', 'GetFederationToken', 'GetSessionToken'],
  },
  {
    rule: 'role.made-machines',
    did: 'started machines or functions from an address that is not the instance’s',
    tried: 'start machines or functions from an address that is not the instance’s',
    severity: 'high',
    techniques: ['T1578.002', 'T1496'],
    from: 'elsewhere',
    names: ['RunInstances', 'RequestSpotInstances', 'CreateFunction20150331', 'RunTask', 'CreateStack'],
  },
];

const BY_NAME = new Map(DEEDS.flatMap((deed) => deed.names.map((name) => [name, deed] as const)));

/** Whether a call tells something: by its name, and by whether it came from the instance. */
export const judgeDeed: Judge = ({ name }, whereabouts) => {
  const deed = BY_NAME.get(name);
  if (deed === undefined) return undefined;
  return deed.from === 'anywhere' || whereabouts === 'elsewhere' ? deed.rule : undefined;
};
