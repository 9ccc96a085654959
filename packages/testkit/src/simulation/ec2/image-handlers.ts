import type { Image } from '@aws-sdk/client-ec2';
import type { Handlers, SimulatedCall } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { type SimulatedImage, usableImages } from './images.js';
import { idError } from './not-found.js';
import { paged } from './pages.js';
import { tagList } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

function describe(image: SimulatedImage): Image {
  return {
    ImageId: image.id,
    Name: image.name,
    OwnerId: image.region.account.id,
    State: image.state === 'deregistered' ? 'deregistered' : image.state,
    Architecture: image.architecture,
    ...(image.platform === undefined ? {} : { Platform: 'Windows' as const }),
    PlatformDetails: image.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    CreationDate: image.createdAt.toISOString(),
    ImageType: 'machine',
    Public: image.public,
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    BlockDeviceMappings: image.snapshotIds.map((SnapshotId) => ({
      DeviceName: image.rootDeviceName,
      Ebs: { SnapshotId, VolumeSize: image.rootSizeGiB, DeleteOnTermination: true },
    })),
    Tags: tagList(image),
  };
}

const FILTERS: FilterTable<Image> = {
  architecture: (one) => one.Architecture,
  'block-device-mapping.snapshot-id': (one) => one.BlockDeviceMappings?.map((each) => each.Ebs?.SnapshotId),
  'image-id': (one) => one.ImageId,
  'is-public': (one) => one.Public,
  name: (one) => one.Name,
  'owner-id': (one) => one.OwnerId,
  platform: (one) => one.Platform?.toLowerCase(),
  'root-device-type': (one) => one.RootDeviceType,
  state: (one) => one.State,
};

function ownedBy(call: SimulatedCall, owners: readonly string[]) {
  const wanted = owners.map((owner) => (owner === 'self' ? call.account.id : owner));
  return (image: Image) => wanted.length === 0 || wanted.includes(image.OwnerId ?? '');
}

export const imageHandlers: Handlers<Ec2, 'DescribeImages'> = {
  DescribeImages: (call) => {
    const { ImageIds: ids = [], Owners = [], Filters } = call.input;
    const usable = usableImages(call.region);
    const wanted = ids.map((id) => usable.find((image) => image.id === id) ?? idError('ami', id));
    for (const one of wanted) if (one instanceof Error) throw one;
    const described = usable
      .filter((image) => ids.length === 0 || ids.includes(image.id))
      .map(describe)
      .filter(ownedBy(call, Owners));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids, least: 1 });
    return { Images: items, ...next };
  },
};
