import { ec2 } from '../../../aws/operations.js';
import { readableJson } from '../../calls/json-bytes.js';
import { listAll } from '../../calls/list-all.js';
import { describeInstance } from '../../inspect/describe-instance.js';
import type { ControlPlaneSource } from './source.js';

const JSON_TYPE = 'application/json';

const instance: ControlPlaneSource = {
  file: 'instance.json',
  mediaType: JSON_TYPE,
  actions: ['ec2:DescribeInstances'],
  read: async (ctx) => readableJson(await describeInstance(ctx.suspectAccount, ctx.incident.suspect)),
};

/** What runs at every boot, with root's rights: a favourite place to hide. Decoded, byte for byte. */
const userData: ControlPlaneSource = {
  file: 'user-data.bin',
  mediaType: 'application/octet-stream',
  actions: ['ec2:DescribeInstanceAttribute'],
  async read(ctx) {
    const answer = await ctx.suspectAccount.call(ec2.DescribeInstanceAttribute, {
      InstanceId: ctx.incident.suspect.instanceId,
      Attribute: 'userData',
    });
    const encoded = answer.UserData?.Value;
    return encoded === undefined || encoded === '' ? undefined : Buffer.from(encoded, 'base64');
  },
};

const consoleOutput: ControlPlaneSource = {
  file: 'console-output.txt',
  mediaType: 'text/plain',
  actions: ['ec2:GetConsoleOutput'],
  async read(ctx) {
    const answer = await ctx.suspectAccount.call(ec2.GetConsoleOutput, {
      InstanceId: ctx.incident.suspect.instanceId,
    });
    return answer.Output === undefined ? undefined : Buffer.from(answer.Output, 'base64');
  },
};

const screenshot: ControlPlaneSource = {
  file: 'console-screenshot.jpg',
  mediaType: 'image/jpeg',
  actions: ['ec2:GetConsoleScreenshot'],
  async read(ctx) {
    const answer = await ctx.suspectAccount.call(ec2.GetConsoleScreenshot, {
      InstanceId: ctx.incident.suspect.instanceId,
    });
    return answer.ImageData === undefined ? undefined : Buffer.from(answer.ImageData, 'base64');
  },
};

const volumes: ControlPlaneSource = {
  file: 'volumes.json',
  mediaType: JSON_TYPE,
  actions: ['ec2:DescribeVolumes'],
  read: async (ctx) =>
    readableJson(
      await listAll(ctx.suspectAccount, ec2.DescribeVolumes, {
        input: {
          Filters: [{ Name: 'attachment.instance-id', Values: [ctx.incident.suspect.instanceId] }],
        },
        items: (page) => page.Volumes,
      }),
    ),
};

/** Earlier snapshots of its volumes: what the disk looked like before. */
const snapshots: ControlPlaneSource = {
  file: 'snapshots.json',
  mediaType: JSON_TYPE,
  actions: ['ec2:DescribeSnapshots'],
  async read(ctx, { instance: seen }) {
    const ids = (seen?.volumes ?? []).map(({ volumeId }) => volumeId);
    if (ids.length === 0) return undefined;
    const found = await listAll(ctx.suspectAccount, ec2.DescribeSnapshots, {
      input: { OwnerIds: ['self'], Filters: [{ Name: 'volume-id', Values: ids }] },
      items: (page) => page.Snapshots,
    });
    return readableJson(found);
  },
};

const image: ControlPlaneSource = {
  file: 'image.json',
  mediaType: JSON_TYPE,
  actions: ['ec2:DescribeImages'],
  async read(ctx, { instance: seen }) {
    if (seen === undefined) return undefined;
    const answer = await ctx.suspectAccount.call(ec2.DescribeImages, { ImageIds: [seen.imageId] });
    return readableJson(answer.Images ?? []);
  },
};

/** What EC2 knows about the instance. */
export const INSTANCE_SOURCES: readonly ControlPlaneSource[] = [
  instance,
  userData,
  consoleOutput,
  screenshot,
  volumes,
  snapshots,
  image,
];
