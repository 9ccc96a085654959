import {
  type Anchor,
  type Duration,
  type Entry,
  type IncidentRun,
  milliseconds,
  type Progress,
  systemClock,
} from '@cordon/core';
import { incidentMessage, type SlackMessage } from './incident-message.js';
import { IncidentModel } from './incident-model.js';
import { Outbox, type OutboxReport } from './outbox.js';
import { type SlackOptions, transportOf } from './slack-options.js';
import { slackCode } from './text.js';
import { threadLine } from './thread-line.js';
import type { SlackTransport } from './transport.js';

export interface SlackNotifier {
  /** Listens to a run. Call it before the run begins: right after `startIncident`. */
  attach(run: Pick<IncidentRun, 'events'>): void;
  /** Posts the journal's heads into the thread: outside of the journal, for everybody to see. */
  readonly anchor: Anchor;
  /** Waits until everything is said, `within` at most. A dead Slack costs no more than that. */
  flush(within: Duration): Promise<OutboxReport>;
}

function said(line: string): SlackMessage {
  return { text: line, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: line } }] };
}

/** What a webhook says: it cannot take anything back, so it says little. */
function mattersToWebhook(entry: Entry): boolean {
  return (
    entry.kind === 'failed' || (entry.kind === 'closed' && entry.ledger === 'run') || entry.kind === 'exposed'
  );
}

class IncidentChannel {
  readonly model = new IncidentModel();
  readonly #transport: SlackTransport;
  readonly #outbox: Outbox;
  #ts: string | undefined;
  #resumed = false;

  constructor(transport: SlackTransport, outbox: Outbox) {
    this.#transport = transport;
    this.#outbox = outbox;
  }

  /** What a resumed run has behind it was told by the process before this one. */
  remember(entries: readonly Entry[]): void {
    for (const entry of entries) this.model.apply(entry);
    this.#resumed = true;
  }

  progress(progress: Progress): void {
    this.model.progress(progress);
    if (this.#transport.canUpdate) this.show();
  }

  tell(entry: Entry): void {
    this.model.apply(entry);
    if (this.#transport.canUpdate || entry.kind === 'opened') this.show();
    const line = threadLine(entry);
    if (line !== undefined && (this.#transport.canUpdate || mattersToWebhook(entry))) this.say(line);
  }

  /** The incident's one message, as it is when it is sent. */
  show(): void {
    // One name per incident: a newer state replaces the one that still waits.
    this.#outbox.put(async () => {
      const message = incidentMessage(this.model);
      const ts = await this.#message();
      if (ts === undefined)
        this.#ts = await this.#transport.post({ ...message, incident: this.model.incidentId });
      else await this.#transport.update(ts, message);
    }, this.model.incidentId);
  }

  say(line: string): void {
    this.#outbox.put(async () => {
      const thread = await this.#message();
      const incident = this.model.incidentId;
      await this.#transport.post({ ...said(line), incident, ...(thread === undefined ? {} : { thread }) });
    });
  }

  /** A resumed run looks for the message that its predecessor posted; not finding it is no trouble. */
  async #message(): Promise<string | undefined> {
    if (this.#ts === undefined && this.#resumed)
      this.#ts = await this.#transport.find(this.model.incidentId).catch(() => undefined);
    return this.#ts;
  }
}

/**
 * Tells a Slack channel what an incident does: one message that updates, a thread that tells each step. Slack being
 * slow, throttling, failing or gone stops nothing.
 *
 * @example
 * const slack = slackNotifier({ token: process.env['SLACK_TOKEN'] ?? '', channel: 'C0123456789' });
 * const run = startIncident(pipeline, finding, { journal, environment, anchors: [slack.anchor] });
 * slack.attach(run);
 * await run.finished;
 * await slack.flush({ seconds: 30 });
 */
export function slackNotifier(options: SlackOptions): SlackNotifier {
  const clock = options.clock ?? systemClock;
  const outbox = new Outbox(clock);
  const transport = transportOf(options);
  const channels: IncidentChannel[] = [];
  return {
    attach(run) {
      const channel = new IncidentChannel(transport, outbox);
      channels.push(channel);
      run.events.on('entry', (entry) => channel.tell(entry));
      run.events.on('history', (entries) => channel.remember(entries));
      run.events.on('progress', (progress) => channel.progress(progress));
    },
    anchor: {
      name: 'slack',
      async publish(incidentId, heads) {
        const channel = channels.findLast(({ model }) => model.incidentId === incidentId);
        if (channel === undefined) throw new Error('the notifier is not attached to this run');
        const own = heads['run'] ?? '';
        channel.say(`:anchor: journal head ${slackCode(own, 70)} over ${Object.keys(heads).length} ledgers`);
        return "in the incident's thread";
      },
    },
    async flush(within) {
      await outbox.flush(new Date(clock.now().getTime() + milliseconds(within)));
      return outbox.report;
    },
  };
}
