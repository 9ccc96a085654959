import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-ec2';
import { autoscaling, ec2 } from '../../../aws/operations.js';
import type { Artifact } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import type { Observation } from '../../../engine/observation.js';
import { asFailure } from '../../calls/failures.js';
import { readableJson } from '../../calls/json-bytes.js';
import { describeInstance } from '../../inspect/describe-instance.js';
import type { ControlPlaneFacts, ControlPlaneSource, Piece } from './source.js';

async function userDataOf(ctx: SuspectContext): Promise<Buffer | undefined> {
  const { UserData } = await ctx.suspectAccount.call(ec2.DescribeInstanceAttribute, {
    InstanceId: ctx.incident.suspect.instanceId,
    Attribute: 'userData',
  });
  return UserData?.Value ? Buffer.from(UserData.Value, 'base64') : undefined;
}

/** What runs at every boot, with root's rights: a favourite place to hide. Decoded, byte for byte. */
const own: ControlPlaneSource = {
  name: 'user-data.bin',
  actions: ['ec2:DescribeInstanceAttribute'],
  async *read(ctx) {
    const body = await userDataOf(ctx);
    if (body !== undefined) yield { file: 'user-data.bin', mediaType: 'application/octet-stream', body };
  },
};

interface Template {
  readonly id: string;
  readonly version: string;
  readonly from: 'instance' | 'auto-scaling-group';
}

function tagged(tags: readonly Tag[], key: string): string | undefined {
  return tags.find(({ Key }) => Key === key)?.Value;
}

/** The group's own template: of an instance that its group launched without one of its own. */
async function templateOfGroup(ctx: SuspectContext, name: string): Promise<Template | undefined> {
  const answer = await ctx.suspectAccount.call(autoscaling.DescribeAutoScalingGroups, {
    AutoScalingGroupNames: [name],
  });
  const group = answer.AutoScalingGroups?.[0];
  const found =
    group?.LaunchTemplate ?? group?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const id = found?.LaunchTemplateId;
  return id === undefined
    ? undefined
    : { id, version: found?.Version ?? '$Default', from: 'auto-scaling-group' };
}

/** By tags that AWS alone writes, else by the Auto Scaling group. */
async function templateOf(
  ctx: SuspectContext,
  { instance }: ControlPlaneFacts,
): Promise<Template | undefined> {
  const { Tags: tags = [] } = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
  const id = tagged(tags, 'aws:ec2launchtemplate:id') ?? instance?.launchTemplate;
  const version = tagged(tags, 'aws:ec2launchtemplate:version') ?? '$Default';
  if (id !== undefined) return { id, version, from: 'instance' };
  const group = instance?.autoScalingGroup;
  return group === undefined ? undefined : templateOfGroup(ctx, group);
}

async function userDataOfTemplate(ctx: SuspectContext, template: Template): Promise<Buffer> {
  const answer = await ctx.suspectAccount.call(ec2.DescribeLaunchTemplateVersions, {
    LaunchTemplateId: template.id,
    Versions: [template.version],
  });
  const encoded = answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData;
  return Buffer.from(encoded ?? '', 'base64');
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Lines that the one has and the other has not: user data has at most 16 kB. */
function compare(instance: Buffer, template: Buffer) {
  const [mine, theirs] = [instance, template].map((bytes) => bytes.toString('latin1').split(/\r?\n/));
  const missing = (from: readonly string[] = [], there: readonly string[] = []) => {
    const known = new Set(there);
    return from.filter((line) => !known.has(line));
  };
  return {
    same: instance.equals(template),
    sha256: { instance: digest(instance), template: digest(template) },
    onlyInInstance: missing(mine, theirs),
    onlyInTemplate: missing(theirs, mine),
  };
}

function differs(stored: Artifact, template: Template, ctx: SuspectContext): Observation {
  return {
    rule: 'user-data.differs',
    title: 'The user data differs from that of its launch template: it runs as root at boot',
    severity: 'medium',
    techniques: ['T1037'],
    entity: `instance:${ctx.incident.suspect.instanceId}`,
    excerpt: `template ${template.id}, version ${template.version}`,
    evidence: [{ artifact: stored.path }],
    confidence: 0.5,
    reasons: ['whoever launches an instance may give it user data of its own'],
  };
}

async function* compared(ctx: SuspectContext, template: Template): AsyncIterable<Piece> {
  const theirs = await userDataOfTemplate(ctx, template);
  const mine = (await userDataOf(ctx)) ?? Buffer.alloc(0);
  const comparison = compare(mine, theirs);
  yield {
    file: 'user-data-comparison.json',
    mediaType: 'application/json',
    body: readableJson({ template, ...comparison }),
    observations: (stored) => (comparison.same ? [] : [differs(stored, template, ctx)]),
  };
}

/** A template that is gone since cannot be compared with: no gap of ours. */
const GONE = ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateId.VersionNotFound'];

/** Against what it was launched with. */
const comparison: ControlPlaneSource = {
  name: 'user-data-comparison.json',
  actions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceAttribute',
    'ec2:DescribeLaunchTemplateVersions',
    'autoscaling:DescribeAutoScalingGroups',
  ],
  async *read(ctx, facts) {
    const template = await templateOf(ctx, facts);
    if (template === undefined) return;
    try {
      yield* compared(ctx, template);
    } catch (error) {
      const { code } = asFailure(error);
      if (!GONE.includes(code)) throw error;
      ctx.notice('NOT_TAKEN', `user-data-comparison.json: ${template.id} ${template.version}: ${code}`);
    }
  },
};

export const USER_DATA_SOURCES: readonly ControlPlaneSource[] = [own, comparison];
