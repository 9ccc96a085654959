import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { release } from './attach-volume.js';
import { instanceWentDown } from './connections.js';
import { instanceState } from './describe-instance.js';
import { type InstanceState, instancesOf, type SimulatedInstance, setState } from './instances.js';
import { interfacesOf, interfacesOfInstance } from './interfaces.js';
import { required } from './not-found.js';
import { volumesOf, volumesOfInstance } from './volumes.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const TERMINATED_AFTER_MS = 30_000;
const STOPPED_AFTER_MS = 40_000;
const STOPPED_AT_ONCE_MS = 8_000;
/** How long a dead instance is still shown: about an hour. */
const FORGOTTEN_AFTER_MS = 3_600_000;

function releaseVolumes(instance: SimulatedInstance): void {
  for (const volume of volumesOfInstance(instance.region, instance.id)) {
    const attachment = volume.attachments.find((one) => one.instanceId === instance.id);
    if (attachment === undefined) continue;
    release(volume, attachment);
    if (attachment.deleteOnTermination) volumesOf(instance.region).delete(volume.id);
  }
}

function releaseInterfaces(instance: SimulatedInstance): void {
  for (const one of interfacesOfInstance(instance.region, instance.id)) {
    if (one.attachment?.deleteOnTermination === true) interfacesOf(instance.region).delete(one.id);
    one.attachment = undefined;
  }
}

/** Ends an instance, by whoever's wish: its volumes and interfaces go as they were told to. */
export function terminate(
  instance: SimulatedInstance,
  reason: { readonly code: string; readonly message: string },
): void {
  if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
  const { world } = instance.region;
  instance.stateReason = reason;
  instance.stateTransitionReason = `User initiated (${world.now().toISOString().slice(0, 19).replace('T', ' ')} GMT)`;
  instanceWentDown(instance.region, instance.id);
  setState(instance, 'shutting-down');
  instance.region.world.later(TERMINATED_AFTER_MS, () => {
    releaseVolumes(instance);
    releaseInterfaces(instance);
    setState(instance, 'terminated');
    instance.region.world.later(FORGOTTEN_AFTER_MS, () => instancesOf(instance.region).delete(instance.id));
  });
}

function stop(instance: SimulatedInstance, ms: number): void {
  setState(instance, 'stopping');
  instance.region.world.later(ms, () => {
    if (instance.state !== 'stopping') return;
    instanceWentDown(instance.region, instance.id);
    for (const one of interfacesOfInstance(instance.region, instance.id)) {
      // An auto-assigned address does not survive a stop.
      if (one.public?.allocationId === undefined) one.public = undefined;
    }
    setState(instance, 'stopped');
  });
}

function change(instance: SimulatedInstance, before: InstanceState) {
  return {
    InstanceId: instance.id,
    PreviousState: instanceState(before),
    CurrentState: instanceState(instance.state),
  };
}

function all(call: SimulatedCall, ids: readonly string[] | undefined): readonly SimulatedInstance[] {
  if (ids === undefined || ids.length === 0) {
    throw awsError('MissingParameter', 'The request must contain the parameter InstanceId');
  }
  return ids.map((id) => required(instancesOf(call.region), 'i', id));
}

function protectedFrom(instance: SimulatedInstance, what: 'terminated' | 'stopped', attribute: string) {
  return awsError(
    'OperationNotPermitted',
    `The instance '${instance.id}' may not be ${what}. Modify its '${attribute}' instance attribute and try again.`,
  );
}

function checkStop(instance: SimulatedInstance): void {
  if (instance.disableApiStop) throw protectedFrom(instance, 'stopped', 'disableApiStop');
  if (instance.lifecycle === 'spot' && instance.spotType === 'one-time') {
    throw awsError(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request.`,
    );
  }
  if (!['running', 'stopping', 'stopped'].includes(instance.state)) {
    throw awsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a state from which it can be stopped.`,
    );
  }
}

export const endInstanceHandlers: Handlers<Ec2, 'TerminateInstances' | 'StopInstances' | 'StartInstances'> = {
  TerminateInstances: (call) => {
    const instances = all(call, call.input.InstanceIds);
    for (const instance of instances) {
      if (instance.disableApiTermination)
        throw protectedFrom(instance, 'terminated', 'disableApiTermination');
      // Stop protection is in the way of termination too.
      if (instance.disableApiStop) throw protectedFrom(instance, 'terminated', 'disableApiStop');
    }
    const TerminatingInstances = instances.map((instance) => {
      const before = instance.state;
      terminate(instance, {
        code: 'Client.UserInitiatedShutdown',
        message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      });
      return change(instance, before);
    });
    return { TerminatingInstances };
  },

  StopInstances: (call) => {
    const instances = all(call, call.input.InstanceIds);
    for (const instance of instances) checkStop(instance);
    const quick = call.input.Force === true || call.input.SkipOsShutdown === true;
    const StoppingInstances = instances.map((instance) => {
      const before = instance.state;
      if (before === 'running') stop(instance, quick ? STOPPED_AT_ONCE_MS : STOPPED_AFTER_MS);
      return change(instance, before);
    });
    return { StoppingInstances };
  },

  StartInstances: (call) => {
    const instances = all(call, call.input.InstanceIds);
    for (const instance of instances) {
      if (instance.state === 'stopped' || instance.state === 'running') continue;
      throw awsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in a state from which it can be started.`,
      );
    }
    const StartingInstances = instances.map((instance) => {
      const before = instance.state;
      if (before === 'stopped') {
        setState(instance, 'pending');
        instance.region.world.later(STOPPED_AT_ONCE_MS, () => setState(instance, 'running'));
      }
      return change(instance, before);
    });
    return { StartingInstances };
  },
};
