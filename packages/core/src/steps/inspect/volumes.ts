import type { Instance as Ec2Instance, Volume } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { listAll } from '../calls/list-all.js';
import type { Instance } from '../facts.js';

type SuspectVolume = Instance['volumes'][number];

function toSuspectVolume(volume: Volume, instance: Ec2Instance): SuspectVolume {
  const attachment = volume.Attachments?.find((one) => one.InstanceId === instance.InstanceId);
  const device = attachment?.Device ?? '';
  return {
    volumeId: volume.VolumeId ?? '',
    device,
    root: device === instance.RootDeviceName,
    sizeGiB: volume.Size ?? 0,
    encrypted: volume.Encrypted === true,
    ...(volume.KmsKeyId === undefined ? {} : { kmsKeyId: volume.KmsKeyId }),
    deleteOnTermination: attachment?.DeleteOnTermination === true,
    multiAttach: volume.MultiAttachEnabled === true,
  };
}

/** The volumes that are attached to the instance now. */
export async function volumesOf(account: Account, instance: Ec2Instance): Promise<readonly SuspectVolume[]> {
  const volumes = await listAll(account, ec2.DescribeVolumes, {
    input: { Filters: [{ Name: 'attachment.instance-id', Values: [instance.InstanceId ?? ''] }] },
    items: (page) => page.Volumes,
  });
  return volumes.map((volume) => toSuspectVolume(volume, instance));
}
