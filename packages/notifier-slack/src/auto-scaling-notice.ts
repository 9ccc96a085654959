import * as v from 'valibot';

/** What happened to a group. */
export type ScalingEvent = 'launch' | 'launch-error' | 'terminate' | 'terminate-error' | 'test';

const EVENTS: Readonly<Record<string, ScalingEvent>> = {
  'autoscaling:EC2_INSTANCE_LAUNCH': 'launch',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR': 'launch-error',
  'autoscaling:EC2_INSTANCE_TERMINATE': 'terminate',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR': 'terminate-error',
  'autoscaling:TEST_NOTIFICATION': 'test',
};

const Text = v.pipe(v.string(), v.maxLength(20_000));

/** As Auto Scaling publishes it: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html */
const NoticeSchema = v.object({
  Event: Text,
  AutoScalingGroupName: Text,
  AutoScalingGroupARN: v.optional(Text, ''),
  AccountId: v.optional(Text, ''),
  Time: v.optional(Text, ''),
  EC2InstanceId: v.optional(Text),
  Description: v.optional(Text, ''),
  Cause: v.optional(Text, ''),
  StatusMessage: v.optional(Text, ''),
  Details: v.optional(v.looseObject({ 'Availability Zone': v.optional(Text) })),
});

/** A notification of a group, with everybody's texts as they came. */
export interface ScalingNotice {
  readonly event: ScalingEvent;
  readonly group: string;
  readonly account: string;
  readonly region: string;
  readonly at: string;
  readonly instanceId: string | undefined;
  readonly zone: string | undefined;
  readonly cause: string;
  /** Why it failed, where it did. */
  readonly trouble: string;
}

const ARN_REGION = /^arn:aws[a-z-]*:autoscaling:([a-z0-9-]{1,32}):/;

/** Reads one message; undefined: it is none of Auto Scaling's. */
export function readScalingNotice(message: string): ScalingNotice | undefined {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(NoticeSchema, json);
  if (!parsed.success) return undefined;
  const said = parsed.output;
  const event = Object.hasOwn(EVENTS, said.Event) ? EVENTS[said.Event] : undefined;
  if (event === undefined) return undefined;
  return {
    event,
    group: said.AutoScalingGroupName,
    account: said.AccountId,
    region: ARN_REGION.exec(said.AutoScalingGroupARN)?.[1] ?? '',
    at: said.Time,
    instanceId: said.EC2InstanceId,
    zone: said.Details?.['Availability Zone'],
    cause: said.Cause,
    trouble: event.endsWith('error') ? said.StatusMessage || said.Description : '',
  };
}
