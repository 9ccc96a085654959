import type { InstanceAttributeName } from '@aws-sdk/client-ec2';
import { ec2 } from '../../../aws/operations.js';
import type { SuspectContext } from '../../../engine/context.js';
import { asFailure } from '../../calls/failures.js';
import { readableJson } from '../../calls/json-bytes.js';
import { describeInstance } from '../../inspect/describe-instance.js';
import { type ControlPlaneSource, jsonSource } from './source.js';

const instance = jsonSource({
  file: 'instance.json',
  actions: ['ec2:DescribeInstances'],
  document: async (ctx) => ({
    text: readableJson(await describeInstance(ctx.suspectAccount, ctx.incident.suspect)),
  }),
});

/** What `DescribeInstances` does not tell; `userData` is an artifact of its own. */
const ATTRIBUTES: readonly InstanceAttributeName[] = [
  'disableApiTermination',
  'disableApiStop',
  'instanceInitiatedShutdownBehavior',
  'sourceDestCheck',
  'groupSet',
  'enclaveOptions',
];

async function attribute(ctx: SuspectContext, name: InstanceAttributeName): Promise<object> {
  const InstanceId = ctx.incident.suspect.instanceId;
  try {
    const { $metadata, ...answer } = await ctx.suspectAccount.call(ec2.DescribeInstanceAttribute, {
      InstanceId,
      Attribute: name,
    });
    return answer;
  } catch (error) {
    const { code } = asFailure(error);
    // An instance with several interfaces has no groups and no check of its own.
    if (code === 'InvalidInstanceID') return { [name]: code };
    throw error;
  }
}

const attributes = jsonSource({
  file: 'instance-attributes.json',
  actions: ['ec2:DescribeInstanceAttribute'],
  async document(ctx) {
    const all = await Promise.all(ATTRIBUTES.map((name) => attribute(ctx, name)));
    return { text: readableJson(Object.assign({}, ...all)) };
  },
});

const consoleOutput: ControlPlaneSource = {
  name: 'console-output.txt',
  actions: ['ec2:GetConsoleOutput'],
  async *read(ctx) {
    const { Output } = await ctx.suspectAccount.call(ec2.GetConsoleOutput, {
      InstanceId: ctx.incident.suspect.instanceId,
    });
    if (Output === undefined) return;
    yield { file: 'console-output.txt', mediaType: 'text/plain', body: Buffer.from(Output, 'base64') };
  },
};

const screenshot: ControlPlaneSource = {
  name: 'console-screenshot.jpg',
  actions: ['ec2:GetConsoleScreenshot'],
  async *read(ctx) {
    const { ImageData } = await ctx.suspectAccount.call(ec2.GetConsoleScreenshot, {
      InstanceId: ctx.incident.suspect.instanceId,
    });
    if (ImageData === undefined) return;
    yield { file: 'console-screenshot.jpg', mediaType: 'image/jpeg', body: Buffer.from(ImageData, 'base64') };
  },
};

/** What EC2 knows about the machine itself. */
export const INSTANCE_SOURCES: readonly ControlPlaneSource[] = [
  instance,
  attributes,
  consoleOutput,
  screenshot,
];
