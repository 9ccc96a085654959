import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import type { SimulatedQueue } from '../sqs/queues.js';

/** What somebody published. */
export interface Publication {
  readonly messageId: string;
  readonly at: Date;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicOptions {
  readonly name: string;
  /** Queues that are subscribed; they get SNS's envelope, or the message alone where delivery is raw. */
  readonly queues?: readonly { readonly queue: SimulatedQueue; readonly delivery?: 'envelope' | 'raw' }[];
}

/** An SNS topic with its subscribers. */
export interface SimulatedTopic {
  readonly arn: string;
  /** In the order in which they came. */
  readonly published: readonly Publication[];
}

/** @internal */
export interface Topic extends SimulatedTopic {
  readonly published: Publication[];
  readonly queues: NonNullable<TopicOptions['queues']>;
}

export const topicsOf = slice((_region: SimulatedRegion) => new Map<string, Topic>());

/** Puts a topic into the region. */
export function addTopic(region: SimulatedRegion, options: TopicOptions): SimulatedTopic {
  const topic: Topic = { arn: region.arn('sns', options.name), published: [], queues: options.queues ?? [] };
  topicsOf(region).set(topic.arn, topic);
  return topic;
}
