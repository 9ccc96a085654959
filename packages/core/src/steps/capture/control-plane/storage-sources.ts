import type { KeyMetadata } from '@aws-sdk/client-kms';
import { ec2, kms } from '../../../aws/operations.js';
import type { Artifact } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import type { Observation } from '../../../engine/observation.js';
import { readableJson } from '../../calls/json-bytes.js';
import { listAll } from '../../calls/list-all.js';
import { type ControlPlaneFacts, type ControlPlaneSource, jsonSource } from './source.js';

const volumes = jsonSource({
  file: 'volumes.json',
  actions: ['ec2:DescribeVolumes'],
  async document(ctx) {
    const found = await listAll(ctx.suspectAccount, ec2.DescribeVolumes, {
      input: { Filters: [{ Name: 'attachment.instance-id', Values: [ctx.incident.suspect.instanceId] }] },
      items: (page) => page.Volumes,
    });
    return { text: readableJson(found) };
  },
});

async function snapshotsOfVolumes(ctx: SuspectContext, { instance }: ControlPlaneFacts) {
  const ids = (instance?.volumes ?? []).map(({ volumeId }) => volumeId);
  if (ids.length === 0) return undefined;
  return listAll(ctx.suspectAccount, ec2.DescribeSnapshots, {
    input: { OwnerIds: ['self'], Filters: [{ Name: 'volume-id', Values: ids }] },
    items: (page) => page.Snapshots,
  });
}

/** Earlier snapshots of its volumes: what the disk looked like before. */
const snapshots = jsonSource({
  file: 'snapshots.json',
  actions: ['ec2:DescribeSnapshots'],
  async document(ctx, facts) {
    const found = await snapshotsOfVolumes(ctx, facts);
    return found === undefined ? undefined : { text: readableJson(found) };
  },
});

const image = jsonSource({
  file: 'image.json',
  actions: ['ec2:DescribeImages'],
  async document(ctx, { instance }) {
    if (instance === undefined) return undefined;
    const { Images } = await ctx.suspectAccount.call(ec2.DescribeImages, { ImageIds: [instance.imageId] });
    return { text: readableJson(Images ?? []) };
  },
});

/** EC2 takes so many values in one filter. */
const MOST_VALUES = 200;

/** Images made of it: copies of its disks under another name. */
const images = jsonSource({
  file: 'images-of-volumes.json',
  actions: ['ec2:DescribeSnapshots', 'ec2:DescribeImages'],
  async document(ctx, facts) {
    const found = (await snapshotsOfVolumes(ctx, facts)) ?? [];
    const ids = found.flatMap(({ SnapshotId }) => SnapshotId ?? []);
    if (ids.length === 0) return undefined;
    if (ids.length > MOST_VALUES) ctx.gap('CUT', `images-of-volumes.json: ${ids.length} snapshots`);
    const all = await listAll(ctx.suspectAccount, ec2.DescribeImages, {
      input: {
        Owners: ['self'],
        Filters: [{ Name: 'block-device-mapping.snapshot-id', Values: ids.slice(0, MOST_VALUES) }],
      },
      items: (page) => page.Images,
    });
    return { text: readableJson(all) };
  },
});

/** The state of the key when it was asked. */
interface KeyState {
  readonly id: string;
  readonly metadata: KeyMetadata | undefined;
}

function dying(stored: Artifact, { id, metadata }: KeyState): Observation {
  return {
    rule: 'kms.volume-key',
    title: 'The key of a volume is not enabled: the volume is lost once the key is needed again',
    severity: 'critical',
    techniques: ['T1485', 'T1486'],
    entity: `kms-key:${id}`,
    excerpt: `${metadata?.KeyState ?? 'unknown'}; offer: kms:CancelKeyDeletion, kms:EnableKey`,
    evidence: [{ artifact: stored.path }],
  };
}

/** A key that is disabled or dying takes the volumes with it. */
const keys = jsonSource({
  file: 'keys.json',
  actions: ['kms:DescribeKey'],
  async document(ctx, { instance }) {
    const ids = [...new Set((instance?.volumes ?? []).flatMap(({ kmsKeyId }) => kmsKeyId ?? []))];
    if (ids.length === 0) return undefined;
    const states = await Promise.all(
      ids.map(async (id): Promise<KeyState> => {
        const { KeyMetadata: metadata } = await ctx.suspectAccount.call(kms.DescribeKey, { KeyId: id });
        return { id, metadata };
      }),
    );
    const bad = states.filter(({ metadata }) => metadata?.KeyState !== 'Enabled');
    return {
      text: readableJson(states.map(({ metadata }) => metadata)),
      observations: (stored) => bad.map((state) => dying(stored, state)),
    };
  },
});

/** Its disks, their copies, and the keys that open them. */
export const STORAGE_SOURCES: readonly ControlPlaneSource[] = [volumes, snapshots, image, images, keys];
