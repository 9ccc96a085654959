import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Clock } from '@cordon/core';
import type { IncidentNotice } from './incident-notice.js';

/** Beyond that, notices are left out: an SNS that is away must not fill the memory. */
const MAX_WAITING = 500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const MAX_TRIES = 8;
const MAX_SUBJECT = 100;

export interface PublisherReport {
  readonly sent: number;
  readonly failed: number;
  readonly leftOut: number;
  /** What SNS said last, when it said no. */
  readonly lastTrouble: string | undefined;
}

/** The same value for every reader, and nothing in it that a mail client or a terminal acts upon. */
function asciiJson(notice: IncidentNotice): string {
  return JSON.stringify(notice).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** SNS takes ASCII of one line; everything in it is ours or has been checked. */
function subjectOf({ event, suspect, outcome }: IncidentNotice): string {
  const what = outcome === undefined ? event : `${event}: ${outcome}`;
  return `Cordon ${suspect.instanceId} ${what}`.slice(0, MAX_SUBJECT);
}

/** Trying the same message again cannot help. */
function isFinal(error: unknown): boolean {
  const fault: unknown = Reflect.get(Object(error), '$fault');
  const name = error instanceof Error ? error.name : '';
  return fault === 'client' && !/Throttl|Expired|Timeout/.test(name);
}

/** Publishes one notice after the other. Never throws, never holds anybody up. */
export class Publisher {
  readonly #sns: SNSClient;
  readonly #topicArn: string;
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #sent = 0;
  #failed = 0;
  #leftOut = 0;
  #lastTrouble: string | undefined;

  constructor(sns: SNSClient, options: { readonly topicArn: string; readonly clock: Clock }) {
    this.#sns = sns;
    this.#topicArn = options.topicArn;
    this.#clock = options.clock;
  }

  get report(): PublisherReport {
    return { sent: this.#sent, failed: this.#failed, leftOut: this.#leftOut, lastTrouble: this.#lastTrouble };
  }

  put(notice: IncidentNotice): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      if (await this.#publish(notice)) this.#sent += 1;
      else this.#failed += 1;
      this.#waiting -= 1;
    });
  }

  /** Resolves when nothing waits any more, or at `until`. */
  async flush(until: Date): Promise<void> {
    const cancel = new AbortController();
    const late = this.#clock.sleepUntil(until, cancel.signal).catch(() => undefined);
    while (this.#waiting > 0 && this.#clock.now() < until) await Promise.race([this.#last, late]);
    cancel.abort();
    await late;
  }

  async #publish(notice: IncidentNotice): Promise<boolean> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#sns.send(this.#command(notice));
        return true;
      } catch (error) {
        this.#lastTrouble = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (isFinal(error) || tries === MAX_TRIES) return false;
      }
      await this.#clock.sleepUntil(new Date(this.#clock.now().getTime() + pauseMs));
      pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    }
  }

  /** Attributes are what subscriptions filter by. */
  #command(notice: IncidentNotice): PublishCommand {
    const { event, suspect, finding, outcome } = notice;
    const attributes = {
      event,
      band: finding.band,
      account: suspect.account,
      ...(outcome === undefined ? {} : { outcome }),
    };
    return new PublishCommand({
      TopicArn: this.#topicArn,
      Subject: subjectOf(notice),
      Message: asciiJson(notice),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    });
  }
}
