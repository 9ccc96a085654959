import { beginsWith, type Entry, type Progress, type WatchedRun } from '@cordon/core';
import { incidentMessage, type SlackMessage } from './incident-message.js';
import { IncidentModel } from './incident-model.js';
import type { Outbox } from './outbox.js';
import { markup } from './text.js';
import { threadLine } from './thread-line.js';
import { type SlackTransport, SlackTrouble } from './transport.js';

export interface ChannelOptions {
  readonly transport: SlackTransport;
  readonly outbox: Outbox;
  /** The `ts` of each incident's message, as far as this process knows. */
  readonly messages: Map<string, string>;
  readonly beside: WatchedRun['beside'];
}

/** What a process that lives on remembers of incidents: it serves few at a time. */
const MOST_REMEMBERED = 100;

function said(line: string): SlackMessage {
  return { text: line, blocks: [{ type: 'section', text: markup(line) }] };
}

/** What a webhook says: it cannot take anything back, so it says little. */
function mattersToWebhook(entry: Entry): boolean {
  return (
    entry.kind === 'failed' || (entry.kind === 'closed' && entry.ledger === 'run') || entry.kind === 'exposed'
  );
}

/** One run's way into the channel: the incident's message, and the thread below it. */
export class IncidentChannel {
  readonly model = new IncidentModel();
  readonly #options: ChannelOptions;
  #resumed = false;
  /** Of workers only those may post the message who have written what no other has: then there is one. */
  #mayPost: 'always' | 'where none is found' | 'never';

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#mayPost = options.beside === undefined ? 'always' : 'never';
  }

  /** What a resumed run has behind it was told by the process before this one. */
  remember(entries: readonly Entry[]): void {
    for (const entry of entries) this.model.apply(entry);
    this.#resumed = true;
  }

  progress(progress: Progress): void {
    this.model.progress(progress);
    if (this.#options.transport.canUpdate) this.show();
  }

  tell(entry: Entry): void {
    const { canUpdate } = this.#options.transport;
    const begins = this.#begins(entry);
    this.model.apply(entry);
    if (canUpdate || entry.kind === 'opened' || begins === 'incident') this.show();
    const line = threadLine(entry);
    if (line !== undefined && (canUpdate || mattersToWebhook(entry))) this.say(line);
  }

  /** The incident's one message, as it is when it is sent. */
  show(): void {
    const { outbox, transport } = this.#options;
    // One name per incident: a newer state replaces the one that still waits.
    outbox.put(async () => {
      const message = incidentMessage(this.model);
      const ts = await this.#message();
      if (ts !== undefined) return transport.update(ts, message);
      if (this.#mayPost === 'never') throw notYet();
      this.#know(await transport.post({ ...message, incident: this.model.incidentId }));
    }, this.model.incidentId);
  }

  say(line: string): void {
    const { outbox, transport } = this.#options;
    outbox.put(async () => {
      const thread = await this.#message();
      if (thread === undefined && transport.canUpdate && this.#mayPost === 'never') throw notYet();
      await transport.post({ ...said(line), ...(thread === undefined ? {} : { thread }) });
    });
  }

  #begins(entry: Entry): 'incident' | 'phase' | undefined {
    if (this.#options.beside === undefined) return undefined;
    const begins = beginsWith(entry, [...this.model.steps.values()]);
    const closes = entry.kind === 'closed' && entry.ledger === 'run';
    if (begins === 'incident') this.#mayPost = 'always';
    else if ((begins === 'phase' || closes) && this.#mayPost === 'never')
      this.#mayPost = 'where none is found';
    return begins;
  }

  #know(ts: string | undefined): void {
    const { messages } = this.#options;
    if (ts === undefined) return;
    messages.set(this.model.incidentId, ts);
    const [oldest] = messages.keys();
    if (messages.size > MOST_REMEMBERED && oldest !== undefined) messages.delete(oldest);
  }

  /**
   * The message that another process has posted. Not finding it is no trouble to a run that is alone; a worker that does
   * not know whether there is one posts no second.
   */
  async #message(): Promise<string | undefined> {
    const { messages, transport } = this.#options;
    const known = messages.get(this.model.incidentId);
    if (known !== undefined || !this.#resumed || !transport.canUpdate) return known;
    const found = transport.find(this.model.incidentId, new Date(this.model.openedAt));
    this.#know(await (this.#mayPost === 'always' ? found.catch(() => undefined) : found));
    return messages.get(this.model.incidentId);
  }
}

/** Who posts it has not posted it yet: tried again, after a pause. */
function notYet(): SlackTrouble {
  return new SlackTrouble('the incident has no message yet', undefined, false);
}
