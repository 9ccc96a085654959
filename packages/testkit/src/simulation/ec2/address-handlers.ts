import type { Address, AssociateAddressCommandInput } from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { publicAddressLost } from './connections.js';
import { type FilterTable, filtered } from './filters.js';
import { interfacesOf, interfacesOfInstance, type NetworkInterface } from './interfaces.js';
import { addressesOf, type ElasticAddress } from './network.js';
import { idError, required } from './not-found.js';
import { tagList } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** Puts an Elastic IP on an interface; what it had before, it loses. */
export function placeAddress(
  region: SimulatedRegion,
  elastic: ElasticAddress,
  one: NetworkInterface,
): string {
  const associationId = region.world.id('eipassoc');
  publicAddressLost(one);
  elastic.associationId = associationId;
  elastic.interfaceId = one.id;
  one.public = { address: elastic.address, allocationId: elastic.id, associationId };
  return associationId;
}

function takeAway(region: SimulatedRegion, elastic: ElasticAddress): void {
  const one = interfacesOf(region).peek(elastic.interfaceId ?? '');
  if (one !== undefined) {
    publicAddressLost(one);
    one.public = undefined;
  }
  elastic.associationId = undefined;
  elastic.interfaceId = undefined;
}

function describe(region: SimulatedRegion, elastic: ElasticAddress): Address {
  const one = interfacesOf(region).peek(elastic.interfaceId ?? '');
  return {
    AllocationId: elastic.id,
    PublicIp: elastic.address,
    Domain: 'vpc',
    ...(one === undefined
      ? {}
      : {
          AssociationId: elastic.associationId,
          NetworkInterfaceId: one.id,
          NetworkInterfaceOwnerId: region.account.id,
          PrivateIpAddress: one.privateAddresses[0],
          ...(one.attachment === undefined ? {} : { InstanceId: one.attachment.instanceId }),
        }),
    Tags: tagList(elastic),
  };
}

const FILTERS: FilterTable<Address> = {
  'allocation-id': (one) => one.AllocationId,
  'association-id': (one) => one.AssociationId,
  domain: (one) => one.Domain,
  'instance-id': (one) => one.InstanceId,
  'network-interface-id': (one) => one.NetworkInterfaceId,
  'private-ip-address': (one) => one.PrivateIpAddress,
  'public-ip': (one) => one.PublicIp,
};

function target(call: SimulatedCall<AssociateAddressCommandInput>): NetworkInterface {
  const { NetworkInterfaceId, InstanceId } = call.input;
  if (NetworkInterfaceId !== undefined) return required(interfacesOf(call.region), 'eni', NetworkInterfaceId);
  const [primary, second] = interfacesOfInstance(call.region, InstanceId ?? '');
  if (primary === undefined) throw idError('i', InstanceId ?? '');
  if (second === undefined) return primary;
  throw awsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${InstanceId}'. Please specify an interface ID for the operation instead.`,
  );
}

export const addressHandlers: Handlers<
  Ec2,
  'DescribeAddresses' | 'AssociateAddress' | 'DisassociateAddress'
> = {
  // No pages here: DescribeAddresses has none.
  DescribeAddresses: ({ region, input }) => {
    const { AllocationIds: ids = [], PublicIps = [], Filters } = input;
    for (const id of ids) required(addressesOf(region), 'eipalloc', id);
    for (const address of PublicIps) {
      const known = addressesOf(region)
        .visible()
        .some((one) => one.address === address);
      if (!known) throw awsError('InvalidAddress.NotFound', `Address '${address}' not found.`);
    }
    const wanted = addressesOf(region)
      .visible()
      .filter((one) => {
        return (
          (ids.length === 0 || ids.includes(one.id)) &&
          (PublicIps.length === 0 || PublicIps.includes(one.address))
        );
      });
    return {
      Addresses: filtered(
        wanted.map((one) => describe(region, one)),
        Filters,
        FILTERS,
      ),
    };
  },

  AssociateAddress: (call) => {
    const { AllocationId, AllowReassociation = false } = call.input;
    const elastic = required(addressesOf(call.region), 'eipalloc', AllocationId);
    const one = target(call);
    if (elastic.interfaceId !== undefined && elastic.interfaceId !== one.id) {
      if (!AllowReassociation) {
        throw awsError(
          'Resource.AlreadyAssociated',
          `resource ${elastic.id} is already associated with associate-id ${elastic.associationId}`,
        );
      }
      takeAway(call.region, elastic);
    }
    return { AssociationId: placeAddress(call.region, elastic, one) };
  },

  DisassociateAddress: ({ region, input }) => {
    const elastic = addressesOf(region)
      .visible()
      .find((one) => {
        return (
          one.associationId !== undefined &&
          (one.associationId === input.AssociationId || one.address === input.PublicIp)
        );
      });
    if (elastic === undefined) {
      throw awsError(
        'InvalidAssociationID.NotFound',
        `The association ID '${input.AssociationId}' does not exist`,
      );
    }
    takeAway(region, elastic);
    return {};
  },
};
