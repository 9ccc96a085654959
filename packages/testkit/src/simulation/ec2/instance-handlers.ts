import type { Instance } from '@aws-sdk/client-ec2';
import type { Handlers } from '../service.js';
import { describeInstance, instanceState } from './describe-instance.js';
import { type FilterTable, filtered } from './filters.js';
import { instancesOf, type SimulatedInstance } from './instances.js';
import { required } from './not-found.js';
import { paged } from './pages.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const FILTERS: FilterTable<Instance> = {
  architecture: (one) => one.Architecture,
  'availability-zone': (one) => one.Placement?.AvailabilityZone,
  'block-device-mapping.device-name': (one) => one.BlockDeviceMappings?.map((device) => device.DeviceName),
  'block-device-mapping.volume-id': (one) => one.BlockDeviceMappings?.map((device) => device.Ebs?.VolumeId),
  'client-token': (one) => one.ClientToken,
  'iam-instance-profile.arn': (one) => one.IamInstanceProfile?.Arn,
  'iam-instance-profile.id': (one) => one.IamInstanceProfile?.Id,
  'image-id': (one) => one.ImageId,
  'instance-id': (one) => one.InstanceId,
  'instance-lifecycle': (one) => one.InstanceLifecycle,
  'instance-state-code': (one) => one.State?.Code,
  'instance-state-name': (one) => one.State?.Name,
  'instance-type': (one) => one.InstanceType,
  'instance.group-id': (one) => one.SecurityGroups?.map((group) => group.GroupId),
  'instance.group-name': (one) => one.SecurityGroups?.map((group) => group.GroupName),
  'ip-address': (one) => one.PublicIpAddress,
  'key-name': (one) => one.KeyName,
  'metadata-options.http-tokens': (one) => one.MetadataOptions?.HttpTokens,
  'network-interface.network-interface-id': (one) =>
    one.NetworkInterfaces?.map((eni) => eni.NetworkInterfaceId),
  platform: (one) => one.Platform?.toLowerCase(),
  'private-ip-address': (one) => one.PrivateIpAddress,
  'root-device-name': (one) => one.RootDeviceName,
  'subnet-id': (one) => one.SubnetId,
  'vpc-id': (one) => one.VpcId,
};

const STATUS_FILTERS: FilterTable<{ readonly one: SimulatedInstance; readonly Tags: [] }> = {
  'instance-state-name': ({ one }) => one.state,
  'availability-zone': ({ one }) => one.availabilityZone,
};

export const instanceHandlers: Handlers<Ec2, 'DescribeInstances' | 'DescribeInstanceStatus'> = {
  DescribeInstances: (call) => {
    const { InstanceIds: ids = [], Filters } = call.input;
    const collection = instancesOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'i', id)) : collection.visible();
    const described = filtered(wanted.map(describeInstance), Filters, FILTERS);
    const { items, next } = paged(call, described, { ids });
    return {
      Reservations: items.map((instance) => ({
        ReservationId: collection.peek(instance.InstanceId ?? '')?.reservationId,
        OwnerId: call.account.id,
        Groups: [],
        Instances: [instance],
      })),
      ...next,
    };
  },

  DescribeInstanceStatus: (call) => {
    const { InstanceIds: ids = [], Filters, IncludeAllInstances = false } = call.input;
    const collection = instancesOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'i', id)) : collection.visible();
    const shown = wanted
      .filter((one) => IncludeAllInstances || one.state === 'running')
      .map((one) => ({ one, Tags: [] as [] }));
    const { items, next } = paged(call, filtered(shown, Filters, STATUS_FILTERS), { ids });
    return {
      InstanceStatuses: items.map(({ one }) => ({
        InstanceId: one.id,
        AvailabilityZone: one.availabilityZone,
        InstanceState: instanceState(one.state),
        InstanceStatus: { Status: one.state === 'running' ? 'ok' : 'not-applicable', Details: [] },
        SystemStatus: { Status: one.state === 'running' ? 'ok' : 'not-applicable', Details: [] },
        Events: [],
      })),
      ...next,
    };
  },
};
