import { SNSClient } from '@aws-sdk/client-sns';
import {
  beginsWith,
  type Clock,
  type Duration,
  milliseconds,
  systemClock,
  type WatchedRun,
} from '@cordon/core';
import { type IncidentNotice, NoticeWriter } from './incident-notice.js';
import { Publisher, type PublisherReport } from './publisher.js';

export interface SnsOptions {
  /** A standard topic; its region is asked there. */
  readonly topicArn: string;
  /**
   * Default: one with the SDK's provider chain. Needs `sns:Publish` on the topic; where that is encrypted also
   * `kms:GenerateDataKey` and `kms:Decrypt` on its key.
   */
  readonly client?: SNSClient;
  readonly clock?: Clock;
}

export interface SnsNotifier {
  /** Listens to a run. Call it before the run begins: right after `startIncident`. */
  attach(run: WatchedRun): void;
  /** Waits until everything is said, `within` at most. */
  flush(within: Duration): Promise<PublisherReport>;
}

const TOPIC = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}$/;

function regionOf(topicArn: string): string {
  const region = TOPIC.exec(topicArn)?.[1];
  if (region === undefined) throw new TypeError(`${topicArn} is not the ARN of a standard SNS topic`);
  return region;
}

/**
 * Publishes what an incident does to an SNS topic: for queues, functions, pagers and mailboxes. SNS being slow, throttled
 * or gone stops nothing.
 *
 * @throws TypeError when the ARN is not that of a standard topic
 * @example
 * const sns = snsNotifier({ topicArn: 'arn:aws:sns:eu-west-1:999900001111:incidents' });
 * const run = startIncident(pipeline, finding, { journal, environment });
 * sns.attach(run);
 * await run.finished;
 * await sns.flush({ seconds: 30 });
 */
export function snsNotifier(options: SnsOptions): SnsNotifier {
  const { topicArn, clock = systemClock } = options;
  const region = regionOf(topicArn);
  const publisher = new Publisher(options.client ?? new SNSClient({ region }), { topicArn, clock });
  return {
    attach(run) {
      const writer = new NoticeWriter();
      let opening: IncidentNotice | undefined;
      run.events.on('history', (entries) => {
        // The process before this one has told it.
        for (const entry of entries) {
          const notice = writer.write(entry);
          if (notice?.event === 'opened') opening = notice;
        }
      });
      run.events.on('entry', (entry) => {
        const first = run.beside === 'others' && beginsWith(entry, writer.plan) === 'incident';
        if (first && opening !== undefined) publisher.put(opening);
        const notice = writer.write(entry);
        if (notice !== undefined) publisher.put(notice);
      });
    },
    async flush(within) {
      await publisher.flush(new Date(clock.now().getTime() + milliseconds(within)));
      return publisher.report;
    },
  };
}
