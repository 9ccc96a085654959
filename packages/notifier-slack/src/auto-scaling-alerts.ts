import { type Duration, milliseconds, systemClock } from '@cordon/core';
import * as v from 'valibot';
import { scalingMessage } from './auto-scaling-message.js';
import { readScalingNotice } from './auto-scaling-notice.js';
import { Outbox, type OutboxReport } from './outbox.js';
import { type SlackOptions, transportOf } from './slack-options.js';

export type ScalingAlertsOptions = SlackOptions & {
  /** How long one invocation may take for Slack. Keep it under the function's timeout. Default 20 s. */
  readonly within?: Duration;
};

/** What came of one invocation. */
export interface ScalingAlertsReport extends OutboxReport {
  /** Messages that are none of Auto Scaling's. */
  readonly passedOver: number;
}

/** Slack did not take a notification: Lambda tries the event again, and then gives it to the function's dead letters. */
export class AlertNotSent extends Error {
  override readonly name = 'AlertNotSent';
  readonly code = 'ALERT_NOT_SENT';
}

/** A Lambda event of SNS; one of SQS behind SNS, with raw delivery or without. */
const EventSchema = v.object({
  Records: v.array(
    v.union([v.object({ Sns: v.object({ Message: v.string() }) }), v.object({ body: v.string() })]),
  ),
});
const EnvelopeSchema = v.object({ Type: v.literal('Notification'), Message: v.string() });

/** SNS's envelope around a message that came by a queue, or the message itself. */
function unwrapped(body: string): string {
  try {
    const parsed = v.safeParse(EnvelopeSchema, JSON.parse(body));
    return parsed.success ? parsed.output.Message : body;
  } catch {
    return body;
  }
}

function messagesIn(event: unknown): readonly string[] {
  const { Records } = v.parse(EventSchema, event);
  return Records.map((record) => ('Sns' in record ? record.Sns.Message : unwrapped(record.body)));
}

/**
 * A Lambda handler that tells a Slack channel what Auto Scaling groups do: launches, terminations and what went wrong
 * with them. It is fed by the SNS topic that the groups notify.
 *
 * @throws AlertNotSent when Slack did not take everything in time, so that Lambda tries again
 * @example
 * export const handler = autoScalingAlerts({ webhookUrl: process.env['SLACK_WEBHOOK'] ?? '' });
 */
export function autoScalingAlerts(
  options: ScalingAlertsOptions,
): (event: unknown) => Promise<ScalingAlertsReport> {
  const { within = { seconds: 20 }, clock = systemClock } = options;
  const transport = transportOf(options);
  return async (event) => {
    const messages = messagesIn(event);
    const notices = messages.flatMap((message) => readScalingNotice(message) ?? []);
    const outbox = new Outbox(clock);
    for (const notice of notices)
      outbox.put(async () => {
        await transport.post({ ...scalingMessage(notice) });
      });
    await outbox.flush(new Date(clock.now().getTime() + milliseconds(within)));
    const { report } = outbox;
    if (report.sent < notices.length)
      throw new AlertNotSent(
        `Slack took ${report.sent} of ${notices.length} notifications: ${report.lastTrouble ?? 'too slow'}`,
      );
    return { ...report, passedOver: messages.length - notices.length };
  };
}
