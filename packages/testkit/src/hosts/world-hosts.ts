import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { type SimulatedVolume, volumesOfInstance } from '../simulation/ec2/volumes.js';
import { BlankDisk } from './blank-disk.js';
import type { HostDisk } from './devices.js';
import { isDiskImage } from './disk-image.js';
import type { BootDisk, MountedDisk } from './host-disks.js';
import { type Hosted, hostsOf } from './host-registry.js';
import { rootContent } from './root-content.js';
import { SimulatedHost } from './simulated-host.js';
import { worldNetwork } from './world-network.js';

const GIB = 2 ** 30;

function isKind(content: unknown, kind: string): boolean {
  return typeof content === 'object' && content !== null && 'kind' in content && content.kind === kind;
}

// By kind, not by class: those classes start hosts, and hosts would be started by them.
const isBootDisk = (content: unknown): content is BootDisk => isKind(content, 'boot-disk');
const isMountedDisk = (content: unknown): content is MountedDisk => isKind(content, 'mounted-disk');

function bootDisk(region: SimulatedRegion, instanceId: string): BootDisk | undefined {
  const content = rootContent(region, instanceId);
  return isBootDisk(content) ? content : undefined;
}

function boot(region: SimulatedRegion, instanceId: string, disk: BootDisk): Hosted {
  const { plant, machine, sockets } = disk.blueprint;
  const host = new SimulatedHost({
    name: instanceId,
    now: () => region.world.now(),
    plant,
    network: worldNetwork(region, instanceId, sockets),
    ...(machine === undefined ? {} : { machine }),
  });
  return { host, attached: new Map() };
}

/** What the host itself lives on is shown, with nothing that could be mounted once more. */
function ownDisk(content: unknown, sizeBytes: number): Pick<HostDisk, 'partitions' | 'whole'> {
  const shown = { uuid: '5e1f0000-0000-4000-8000-000000000001', folder: '', sizeBytes };
  if (isBootDisk(content)) {
    return { partitions: [{ ...shown, number: 1, type: content.blueprint.fileSystem ?? 'ext4' }] };
  }
  return {
    partitions: [],
    ...(isMountedDisk(content) ? { whole: { ...shown, type: content.type } } : {}),
  };
}

function toDisk({ id: volumeId, content, sizeGiB }: SimulatedVolume): HostDisk {
  const sizeBytes = sizeGiB * GIB;
  if (isDiskImage(content)) {
    const { partitions, whole } = content;
    return { volumeId, sizeBytes, partitions, ...(whole === undefined ? {} : { whole }) };
  }
  if (content instanceof BlankDisk) {
    return {
      volumeId,
      sizeBytes,
      partitions: [],
      whole: { ...content.format(volumeId), folder: content.folder, sizeBytes },
    };
  }
  return { volumeId, sizeBytes, ...ownDisk(content, sizeBytes) };
}

/** Attached volumes as the kernel finds them: the boot disk first, the others as they came. */
function attachedVolumes(region: SimulatedRegion, instanceId: string): ReadonlyMap<string, SimulatedVolume> {
  const rootDevice = instancesOf(region).peek(instanceId)?.rootDeviceName;
  const found = volumesOfInstance(region, instanceId).flatMap((volume) => {
    const own = volume.attachments.find((one) => one.instanceId === instanceId && one.state === 'attached');
    if (own === undefined) return [];
    return [{ volume, order: own.device === rootDevice ? 0 : own.attachedAt.getTime() }];
  });
  return new Map(found.sort((a, b) => a.order - b.order).map(({ volume }) => [volume.id, volume]));
}

function settleDevices(region: SimulatedRegion, instanceId: string, { host, attached }: Hosted): void {
  const now = attachedVolumes(region, instanceId);
  for (const [id, volume] of attached) {
    if (now.has(id)) continue;
    // Looked at once more while the machine still knows it.
    if (volume.content instanceof BlankDisk) volume.content.format(id);
    host.devices.detach(id);
    attached.delete(id);
  }
  for (const [id, volume] of now) {
    if (attached.has(id)) continue;
    if (volume.content === undefined) volume.content = new BlankDisk(region);
    host.devices.attach(toDisk(volume));
    if (volume.content instanceof BlankDisk) volume.content.heldBy(host.devices);
    attached.set(id, volume);
  }
}

/**
 * The host behind an instance, started when first asked for, with the volumes that are attached at this moment.
 * Undefined where the instance boots from nothing that a host can be made of.
 */
export function runningHost(region: SimulatedRegion, instanceId: string): SimulatedHost | undefined {
  region.world.settle();
  const hosts = hostsOf(region);
  const disk = bootDisk(region, instanceId);
  if (disk === undefined) return undefined;
  const hosted = hosts.get(instanceId) ?? boot(region, instanceId, disk);
  hosts.set(instanceId, hosted);
  settleDevices(region, instanceId, hosted);
  return hosted.host;
}
