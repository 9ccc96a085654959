import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { clientTokens } from './client-tokens.js';
import { describeInstance } from './describe-instance.js';
import { findUsableImage, type SimulatedImage } from './images.js';
import { typeFacts } from './instance-types.js';
import {
  instanceRecord,
  instancesOf,
  type MetadataOptions,
  type SimulatedInstance,
  setState,
} from './instances.js';
import { launchInterfaces, placementOf } from './launch-network.js';
import { launchRequest } from './launch-templates.js';
import { addLaunchVolumes, checkMappings } from './launch-volumes.js';
import { associateProfile } from './profile-associations.js';
import { namedProfile, requirePassRole } from './profile-handlers.js';
import { created } from './resource.js';
import { specifiedTags } from './tag-specifications.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
export type LaunchCall = SimulatedCall<RunInstancesCommandInput>;

const RUNNING_AFTER_MS = 12_000;
const MOST_USER_DATA_BYTES = 16_384;
const TAGGABLE = ['volume', 'network-interface', 'spot-instances-request'];

function image(call: LaunchCall): SimulatedImage {
  const { ImageId: id } = call.input;
  if (id === undefined) throw awsError('MissingParameter', 'The request must contain the parameter ImageId');
  return findUsableImage(call.region, id);
}

function instanceType(call: LaunchCall, from: SimulatedImage): string {
  const type = call.input.InstanceType ?? 'm1.small';
  const facts = typeFacts(type);
  if (facts === undefined)
    throw awsError('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  if (facts.architecture === from.architecture) return type;
  throw awsError(
    'InvalidParameterValue',
    `The architecture '${facts.architecture}' of the specified instance type does not match the architecture '${from.architecture}' of the specified AMI.`,
  );
}

function userData(call: LaunchCall): { userData?: string } {
  const text = call.input.UserData;
  if (text === undefined) return {};
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/\s|=+$/g, '')) {
    throw awsError('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  }
  if (bytes.length > MOST_USER_DATA_BYTES) {
    throw awsError('InvalidParameterValue', `User data is limited to ${MOST_USER_DATA_BYTES} bytes`);
  }
  return { userData: text };
}

function metadata(call: LaunchCall): { metadata: Partial<MetadataOptions> } {
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, InstanceMetadataTags } =
    call.input.MetadataOptions ?? {};
  return {
    metadata: {
      ...(HttpTokens === undefined ? {} : { httpTokens: HttpTokens }),
      ...(HttpPutResponseHopLimit === undefined ? {} : { httpPutResponseHopLimit: HttpPutResponseHopLimit }),
      ...(HttpEndpoint === undefined ? {} : { httpEndpoint: HttpEndpoint }),
      ...(InstanceMetadataTags === undefined ? {} : { instanceMetadataTags: InstanceMetadataTags }),
    },
  };
}

function options(call: LaunchCall) {
  const {
    KeyName,
    ClientToken,
    InstanceInitiatedShutdownBehavior,
    DisableApiTermination,
    DisableApiStop,
    InstanceMarketOptions,
  } = call.input;
  return {
    ...userData(call),
    ...metadata(call),
    ...(KeyName === undefined ? {} : { keyName: KeyName }),
    ...(ClientToken === undefined ? {} : { clientToken: ClientToken }),
    ...(InstanceInitiatedShutdownBehavior === undefined
      ? {}
      : { shutdownBehavior: InstanceInitiatedShutdownBehavior }),
    ...(DisableApiTermination === undefined ? {} : { disableApiTermination: DisableApiTermination }),
    ...(DisableApiStop === undefined ? {} : { disableApiStop: DisableApiStop }),
    ...(InstanceMarketOptions?.MarketType === 'spot' ? { lifecycle: 'spot' as const } : {}),
  };
}

function launch(call: LaunchCall): SimulatedInstance {
  const { region, world } = call;
  const from = image(call);
  const { subnet, ...network } = placementOf(call);
  checkMappings(call);
  const profile =
    call.input.IamInstanceProfile === undefined
      ? undefined
      : namedProfile(call, call.input.IamInstanceProfile);
  if (profile !== undefined) requirePassRole(call, profile);
  const tags = specifiedTags(call.input.TagSpecifications, 'instance', TAGGABLE);
  const id = world.id('i');
  const record = instanceRecord(region, {
    ...options(call),
    id,
    imageId: from.id,
    instanceType: instanceType(call, from),
    architecture: from.architecture,
    ...(from.platform === undefined ? {} : { platform: from.platform }),
    rootDeviceName: from.rootDeviceName,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    availabilityZone: subnet.availabilityZone,
    launchTime: world.now(),
    state: 'pending',
  });
  const instance = instancesOf(region).add({ ...record, ...created(region, id, tags) });
  launchInterfaces(call, instance, { subnet, ...network });
  addLaunchVolumes(call, instance, from);
  if (profile !== undefined) associateProfile(region, id, profile.arn);
  setState(instance, 'pending');
  world.later(RUNNING_AFTER_MS, () => {
    if (instance.state === 'pending') setState(instance, 'running');
  });
  return instance;
}

export const runInstancesHandlers: Handlers<Ec2, 'RunInstances'> = {
  RunInstances: (call) => {
    const { ClientToken, ...parameters } = call.input;
    const { MinCount = 1, MaxCount = MinCount } = parameters;
    if (MinCount !== 1 || MaxCount !== 1) {
      throw new NotSimulated('a launch of several instances at once');
    }
    const complete: LaunchCall = { ...call, input: { ...launchRequest(call), ClientToken } };
    // An instance comes back under its token as it is now: dead, if it has died.
    const instance = clientTokens(call.region).once(ClientToken, parameters, () => launch(complete));
    return {
      ReservationId: instance.reservationId,
      OwnerId: call.account.id,
      Groups: [],
      Instances: [describeInstance(instance)],
    };
  },
};
