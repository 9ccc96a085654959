import type { SlackMessage } from './incident-message.js';

/** Why Slack did not take a message. */
export class SlackTrouble extends Error {
  override readonly name = 'SlackTrouble';

  constructor(
    message: string,
    /** How long Slack wants to be left alone, in seconds; undefined: it did not say. */
    readonly retryAfterSeconds: number | undefined,
    /** Trying the same message again cannot help. */
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** Something that takes messages: the Web API, or an incoming webhook, which can neither update nor thread. */
export interface SlackTransport {
  readonly canUpdate: boolean;
  /** Posts; returns the message's `ts`, or undefined where there is none. Throws SlackTrouble. */
  post(
    message: SlackMessage & { readonly thread?: string; readonly incident?: string },
  ): Promise<string | undefined>;
  update(ts: string, message: SlackMessage): Promise<void>;
  /** The incident's message that an earlier process posted, when the incident had been opened. */
  find(incident: string, openedAt: Date): Promise<string | undefined>;
}
