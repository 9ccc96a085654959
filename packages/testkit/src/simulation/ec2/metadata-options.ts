import type {
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsCommandInput,
} from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { instancesOf, type MetadataOptions, type SimulatedInstance } from './instances.js';
import { required } from './not-found.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** How long an instance takes to apply what was asked. */
const APPLIED_AFTER_MS = 3_000;
const MOST_HOPS = 64;

export function describeMetadata(instance: SimulatedInstance): InstanceMetadataOptionsResponse {
  const { metadata } = instance;
  return {
    State: instance.metadataState,
    HttpTokens: metadata.httpTokens,
    HttpPutResponseHopLimit: metadata.httpPutResponseHopLimit,
    HttpEndpoint: metadata.httpEndpoint,
    HttpProtocolIpv6: metadata.httpProtocolIpv6,
    InstanceMetadataTags: metadata.instanceMetadataTags,
  };
}

function merged(old: MetadataOptions, input: ModifyInstanceMetadataOptionsCommandInput): MetadataOptions {
  const hops = input.HttpPutResponseHopLimit;
  if (hops !== undefined && hops !== -1 && (hops < 1 || hops > MOST_HOPS)) {
    throw awsError(
      'InvalidParameterValue',
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid.`,
    );
  }
  return {
    httpTokens: input.HttpTokens ?? old.httpTokens,
    httpPutResponseHopLimit: hops === undefined || hops === -1 ? old.httpPutResponseHopLimit : hops,
    httpEndpoint: input.HttpEndpoint ?? old.httpEndpoint,
    httpProtocolIpv6: input.HttpProtocolIpv6 ?? old.httpProtocolIpv6,
    instanceMetadataTags: input.InstanceMetadataTags ?? old.instanceMetadataTags,
  };
}

export const metadataHandlers: Handlers<Ec2, 'ModifyInstanceMetadataOptions'> = {
  ModifyInstanceMetadataOptions: ({ region, world, input }) => {
    const instance = required(instancesOf(region), 'i', input.InstanceId);
    if (!['running', 'stopped', 'pending'].includes(instance.state)) {
      throw awsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in a valid state for this operation.`,
      );
    }
    instance.metadata = merged(instance.metadata, input);
    instance.metadataState = 'pending';
    const mine = instance.metadata;
    world.later(APPLIED_AFTER_MS, () => {
      if (instance.metadata === mine) instance.metadataState = 'applied';
    });
    return { InstanceId: instance.id, InstanceMetadataOptions: describeMetadata(instance) };
  },
};
