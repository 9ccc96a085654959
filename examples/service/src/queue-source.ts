import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Clock, type FindingProblem, type ParsedFindings, parseFindings } from '@cordon/core';
import type { Incidents } from './incidents.ts';
import type { Log } from './log.ts';

export interface QueueOptions {
  readonly sqs: SQSClient;
  /** A standard queue with dead letters: what cannot be read ends there, after so many times. */
  readonly url: string;
  readonly incidents: Incidents;
  readonly clock: Clock;
  readonly log: Log;
}

const MOST_MESSAGES = 10;
const LONGEST_POLL_SECONDS = 20;
/** An incident is opened within seconds; a message whose process died comes back soon. */
const VISIBILITY_SECONDS = 60;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Well-formed, and none of ours: buckets, keys, cluster nodes, vulnerabilities. */
const NOT_OURS: ReadonlySet<FindingProblem['code']> = new Set(['NOT_AN_INSTANCE', 'NOT_A_DETECTION']);

/** Takes findings from an SQS queue, as many as there is room for; the others wait where they are safe. */
export class QueueSource {
  readonly #options: QueueOptions;
  #lastAnswer: Date | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** When SQS last answered. */
  get lastAnswer(): Date | undefined {
    return this.#lastAnswer;
  }

  /** Resolves when the incidents are stopped. */
  async run(): Promise<void> {
    const { incidents, log, clock } = this.#options;
    const { stopping, slots } = incidents;
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.aborted) {
      try {
        await slots.untilFree(stopping);
        const messages = await this.#receive();
        this.#lastAnswer = clock.now();
        pauseMs = FIRST_PAUSE_MS;
        await Promise.all(messages.map((message) => this.#handle(message)));
      } catch (error) {
        if (stopping.aborted) return;
        log.error({ error: String(error), pauseMs }, 'QUEUE_TROUBLE');
        await clock.sleepUntil(new Date(clock.now().getTime() + pauseMs), stopping).catch(() => undefined);
        pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
      }
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const { sqs, url, incidents } = this.#options;
    const answer = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(MOST_MESSAGES, incidents.slots.free),
        WaitTimeSeconds: LONGEST_POLL_SECONDS,
        VisibilityTimeout: VISIBILITY_SECONDS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      { abortSignal: incidents.stopping },
    );
    return answer.Messages ?? [];
  }

  /** A message is deleted when all that it holds is on record. Before that it may come again, and changes nothing. */
  async #handle(message: Message): Promise<void> {
    const { incidents, log, sqs, url } = this.#options;
    const fields = {
      messageId: message.MessageId,
      receives: message.Attributes?.['ApproximateReceiveCount'],
    };
    try {
      const parsed = parseFindings(message.Body);
      const unread = this.#unread(parsed, fields);
      for (const finding of parsed.findings) {
        const taken = await incidents.take(finding);
        log.info({ ...fields, finding: finding.id, ...taken }, 'FINDING_TAKEN');
      }
      if (unread) return;
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    } catch (error) {
      // It comes back when its time is over.
      if (!incidents.stopping.aborted) log.error({ ...fields, error: String(error) }, 'MESSAGE_LEFT');
    }
  }

  /** Whether something in it could not be read: then a person has to see it, among the dead letters. */
  #unread({ problems }: ParsedFindings, fields: object): boolean {
    const unread = problems.filter(({ code }) => !NOT_OURS.has(code));
    if (unread.length > 0) this.#options.log.error({ ...fields, problems: unread }, 'MESSAGE_UNREADABLE');
    return unread.length > 0;
  }
}
