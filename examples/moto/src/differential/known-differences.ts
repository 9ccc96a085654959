/** A case in which moto and the simulation differ, and why the simulation stays as it is. */
export interface KnownDifference {
  readonly moto: string;
  readonly simulation: string;
  /** What AWS does, and where that stands. */
  readonly because: string;
}

const NOT_CHECKED = 'moto does not check it';
const CRASHES = 'moto itself breaks';
const EC2_ERRORS = "EC2's list of error codes names it";

const YES = 'yes';
const CRASH = 'Error 500';

function unchecked(simulation: string, because = EC2_ERRORS): KnownDifference {
  return { moto: YES, simulation, because: `${NOT_CHECKED}; ${because}` };
}

function crashes(simulation: string, because = EC2_ERRORS): KnownDifference {
  return { moto: CRASH, simulation, because: `${CRASHES}; ${because}` };
}

const EC2: Readonly<Record<string, KnownDifference>> = {
  'CreateSecurityGroup: an unknown VPC': unchecked('InvalidVpcID.NotFound 400'),
  'CreateSecurityGroup: a name that begins with sg-': unchecked(
    'InvalidParameterValue 400',
    'CreateSecurityGroup: a group name "cannot start with sg-"',
  ),
  'DescribeSecurityGroups: an id of the wrong form': {
    moto: 'InvalidGroup.NotFound 400',
    simulation: 'InvalidGroupId.Malformed 400',
    because: EC2_ERRORS,
  },
  'DeleteSecurityGroup: one that is worn': unchecked('DependencyViolation 400'),
  'DeleteSecurityGroup: one that another names': unchecked('DependencyViolation 400'),
  'RevokeSecurityGroupEgress: an unknown rule id': {
    moto: 'InvalidPermission.NotFound 400',
    simulation: 'InvalidSecurityGroupRuleId.NotFound 400',
    because: `${EC2_ERRORS}; the steps take both for gone`,
  },
  'ModifyNetworkInterfaceAttribute: an unknown group': unchecked('InvalidGroup.NotFound 400'),
  'CreateVolume: in an unknown zone': unchecked('InvalidZone.NotFound 400'),
  'AttachVolume: one that is attached': unchecked('VolumeInUse 400'),
  'AttachVolume: at a device that is taken': unchecked('InvalidParameterValue 400'),
  'AttachVolume: of another zone': unchecked('InvalidVolume.ZoneMismatch 400'),
  'DetachVolume: one that is attached': crashes(
    YES,
    'DetachVolume: InstanceId is required for Multi-Attach only',
  ),
  'DetachVolume: twice': {
    moto: 'InvalidAttachment.NotFound 400',
    simulation: 'IncorrectState 400',
    because: 'EC2 looks at the state of the volume first: available volumes cannot be detached',
  },
  'CreateTags: on an unknown instance': unchecked('InvalidInstanceID.NotFound 400'),
  'DescribeInstances: an id of the wrong form': {
    moto: 'InvalidInstanceID.NotFound 400',
    simulation: 'InvalidInstanceID.Malformed 400',
    because: EC2_ERRORS,
  },
  'ModifyInstanceAttribute: a device that is not there': crashes('InvalidInstanceAttributeValue 400'),
  'TerminateInstances: one that is protected against it': unchecked('OperationNotPermitted 400'),
  'RunInstances: an unknown image': unchecked('InvalidAMIID.NotFound 400'),
  'RunInstances: an unknown instance profile': {
    moto: 'NoSuchEntity 404',
    simulation: 'InvalidParameterValue 400',
    because: "EC2 has no NoSuchEntity: that is IAM's word",
  },
  'AssociateIamInstanceProfile: an unknown profile': {
    moto: 'NoSuchEntity 404',
    simulation: 'InvalidParameterValue 400',
    because: "EC2 has no NoSuchEntity: that is IAM's word",
  },
};

const LAUNCH: Readonly<Record<string, KnownDifference>> = {
  'RunInstances: twice with one client token': {
    moto: 'MadeTwice undefined',
    simulation: YES,
    because: 'moto heeds no client token; RunInstances: idempotent with one',
  },
};

const IDENTITY: Readonly<Record<string, KnownDifference>> = {
  'AssumeRole: an unknown role': unchecked('AccessDenied 403', 'STS tells nobody which roles there are'),
  'Sign: with a key for encryption': {
    moto: 'ValidationException 400',
    simulation: 'InvalidKeyUsageException 400',
    because: 'Sign names it among its errors, and no ValidationException',
  },
  'GetPublicKey: of a key for encryption': unchecked(
    'UnsupportedOperationException 400',
    'GetPublicKey names it for resources that are not valid for the operation',
  ),
};

const S3: Readonly<Record<string, KnownDifference>> = {
  'PutObject: with the checksum of something else': unchecked('BadDigest 400', "S3's list of errors"),
  'PutObject: into a bucket that another account is expected to own': unchecked(
    'AccessDenied 403',
    'ExpectedBucketOwner: "the request fails with 403 Forbidden (access denied)"',
  ),
  'UploadPart: of an unknown upload': crashes('NoSuchUpload 404', 'UploadPart names it'),
  'CompleteMultipartUpload: twice': {
    moto: YES,
    simulation: 'NoSuchUpload 404',
    because:
      'an upload is gone with its completion, CompleteMultipartUpload says; the evidence store is ready for both',
  },
  'CompleteMultipartUpload: in the wrong order': unchecked('InvalidPartOrder 400', 'it names it'),
};

const SERVICES: Readonly<Record<string, KnownDifference>> = {
  'DetachInstances: an instance that is no member': unchecked('ValidationError 400', 'Auto Scaling says so'),
  'DetachInstances: from an unknown group': crashes('ValidationError 400', 'Auto Scaling says so'),
  'EnterStandby: an instance that is no member': unchecked('ValidationError 400', 'Auto Scaling says so'),
  'SuspendProcesses: of an unknown group': crashes('ValidationError 400', 'Auto Scaling says so'),
  'SuspendProcesses: an unknown process': unchecked('ValidationError 400', 'Auto Scaling says so'),
  'DeregisterTargets: an instance that is not registered': {
    moto: 'InvalidTargetException 400',
    simulation: YES,
    because: 'DeregisterTargets: "if the specified target does not exist, the action returns successfully"',
  },
  'RegisterTargets: an unknown instance': unchecked('InvalidTargetException 400', 'RegisterTargets names it'),
  'SendCommand: to an unknown instance': unchecked('InvalidInstanceId 400', 'SendCommand names it'),
  'GetCommandInvocation: of an unknown command': {
    moto: 'InvalidCommandId 400',
    simulation: 'InvocationDoesNotExist 400',
    because: 'GetCommandInvocation: the command and node ids "didn\'t match any invocations"',
  },
};

/** By the case's name. A test fails where one of them is no difference any more. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, KnownDifference>> = {
  ...EC2,
  ...LAUNCH,
  ...IDENTITY,
  ...S3,
  ...SERVICES,
};
