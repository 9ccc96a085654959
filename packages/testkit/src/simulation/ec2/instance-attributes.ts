import type { ModifyInstanceAttributeCommandInput } from '@aws-sdk/client-ec2';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { changeGroups } from './change-groups.js';
import { groupIdentifiers } from './describe-instance.js';
import { instancesOf, type SimulatedInstance } from './instances.js';
import { interfacesOfInstance } from './interfaces.js';
import { required } from './not-found.js';
import { volumesOfInstance } from './volumes.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type ModifyCall = SimulatedCall<ModifyInstanceAttributeCommandInput>;

function stoppedOnly(instance: SimulatedInstance, what: string): void {
  if (instance.state === 'stopped') return;
  throw awsError(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in the 'stopped' state. (${what} needs it)`,
  );
}

function modifyGroups(call: ModifyCall, instance: SimulatedInstance, groups: readonly string[]): void {
  const interfaces = interfacesOfInstance(call.region, instance.id);
  const [only] = interfaces;
  if (interfaces.length > 1 || only === undefined) {
    throw awsError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.id}'. Please specify an interface ID for the operation instead.`,
    );
  }
  changeGroups(call, only, groups);
}

function modifySourceDestCheck(call: ModifyCall, instance: SimulatedInstance, value: boolean): void {
  const interfaces = interfacesOfInstance(call.region, instance.id);
  const [only] = interfaces;
  if (interfaces.length > 1 || only === undefined) {
    throw awsError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.id}'. Please specify an interface ID for the operation instead.`,
    );
  }
  only.sourceDestCheck = value;
}

function modifyDevices(call: ModifyCall, instance: SimulatedInstance): void {
  for (const { DeviceName, Ebs } of call.input.BlockDeviceMappings ?? []) {
    const attachment = volumesOfInstance(call.region, instance.id)
      .flatMap((volume) => volume.attachments)
      .find((one) => one.instanceId === instance.id && one.device === DeviceName);
    if (attachment === undefined) {
      throw awsError('InvalidInstanceAttributeValue', `No device is currently mapped at ${DeviceName}`);
    }
    if (Ebs?.DeleteOnTermination !== undefined) attachment.deleteOnTermination = Ebs.DeleteOnTermination;
  }
}

function modifyProtection(call: ModifyCall, instance: SimulatedInstance): void {
  const { DisableApiTermination, DisableApiStop } = call.input;
  if (DisableApiTermination?.Value !== undefined) {
    if (instance.lifecycle === 'spot') {
      throw awsError(
        'UnsupportedOperation',
        "Modifying 'disableApiTermination' is not supported for spot instances.",
      );
    }
    instance.disableApiTermination = DisableApiTermination.Value;
  }
  if (DisableApiStop?.Value !== undefined) instance.disableApiStop = DisableApiStop.Value;
}

function modifyShutdownBehavior(call: ModifyCall, instance: SimulatedInstance): void {
  const behavior = call.input.InstanceInitiatedShutdownBehavior?.Value;
  if (behavior === undefined) return;
  if (behavior !== 'stop' && behavior !== 'terminate') {
    throw awsError(
      'InvalidParameterValue',
      `Invalid value '${behavior}' for InstanceInitiatedShutdownBehavior`,
    );
  }
  if (instance.lifecycle === 'spot') {
    throw awsError(
      'UnsupportedOperation',
      "Modifying 'instanceInitiatedShutdownBehavior' is not supported for spot instances.",
    );
  }
  instance.shutdownBehavior = behavior;
}

const ATTRIBUTES = [
  'Groups',
  'SourceDestCheck',
  'BlockDeviceMappings',
  'DisableApiTermination',
  'DisableApiStop',
  'InstanceInitiatedShutdownBehavior',
  'UserData',
] as const;

function onlyOneAttribute(input: ModifyInstanceAttributeCommandInput): void {
  if (input.Attribute !== undefined) throw new NotSimulated('ModifyInstanceAttribute by Attribute and Value');
  const given = ATTRIBUTES.filter((name) => input[name] !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0 ? 'No attributes specified.' : 'Fields for multiple attribute types specified';
  throw awsError('InvalidParameterCombination', message);
}

export const instanceAttributeHandlers: Handlers<
  Ec2,
  'DescribeInstanceAttribute' | 'ModifyInstanceAttribute'
> = {
  DescribeInstanceAttribute: ({ region, input }) => {
    const instance = required(instancesOf(region), 'i', input.InstanceId);
    const primary = interfacesOfInstance(region, instance.id)[0];
    const all = {
      userData: { UserData: instance.userData === undefined ? {} : { Value: instance.userData } },
      disableApiTermination: { DisableApiTermination: { Value: instance.disableApiTermination } },
      disableApiStop: { DisableApiStop: { Value: instance.disableApiStop } },
      instanceInitiatedShutdownBehavior: {
        InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior },
      },
      sourceDestCheck: { SourceDestCheck: { Value: primary?.sourceDestCheck } },
      groupSet: { Groups: primary === undefined ? [] : groupIdentifiers(primary) },
      instanceType: { InstanceType: { Value: instance.instanceType } },
      rootDeviceName: { RootDeviceName: { Value: instance.rootDeviceName } },
      ebsOptimized: { EbsOptimized: { Value: false } },
      enaSupport: { EnaSupport: { Value: true } },
      enclaveOptions: { EnclaveOptions: { Enabled: instance.enclave } },
    };
    const asked = Object.entries(all).find(([name]) => name === input.Attribute)?.[1];
    if (asked === undefined) {
      throw awsError(
        'InvalidParameterValue',
        `Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`,
      );
    }
    return { InstanceId: instance.id, ...asked };
  },

  ModifyInstanceAttribute: (call) => {
    const { input } = call;
    const instance = required(instancesOf(call.region), 'i', input.InstanceId);
    onlyOneAttribute(input);
    if (instance.operator !== undefined) {
      throw awsError(
        'OperationNotPermitted',
        `The instance '${instance.id}' is managed by ${instance.operator}.`,
      );
    }
    if (instance.state === 'terminated') {
      throw awsError('IncorrectInstanceState', `The instance '${instance.id}' is in the 'terminated' state.`);
    }
    if (input.Groups !== undefined) modifyGroups(call, instance, input.Groups);
    if (input.SourceDestCheck?.Value !== undefined)
      modifySourceDestCheck(call, instance, input.SourceDestCheck.Value);
    modifyDevices(call, instance);
    modifyProtection(call, instance);
    modifyShutdownBehavior(call, instance);
    if (input.UserData !== undefined) {
      stoppedOnly(instance, 'userData');
      instance.userData = Buffer.from(input.UserData.Value ?? '').toString('base64');
    }
    return {};
  },
};
