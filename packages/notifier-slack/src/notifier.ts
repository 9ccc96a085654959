import { type Anchor, type Duration, milliseconds, systemClock, type WatchedRun } from '@cordon/core';
import { IncidentChannel } from './incident-channel.js';
import { Outbox, type OutboxReport } from './outbox.js';
import { type SlackOptions, transportOf } from './slack-options.js';
import { slackCode } from './text.js';

export interface SlackNotifier {
  /** Listens to a run. Call it before the run begins: right after `startIncident`. */
  attach(run: WatchedRun): void;
  /** Forgets a run that is over for this process; what waits to be sent is sent all the same. Workers call it. */
  detach(run: WatchedRun): void;
  /** Posts the journal's heads into the thread: outside of the journal, for everybody to see. */
  readonly anchor: Anchor;
  /** Waits until everything is said, `within` at most. A dead Slack costs no more than that. */
  flush(within: Duration): Promise<OutboxReport>;
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
  const messages = new Map<string, string>();
  const channels = new Map<WatchedRun['events'], IncidentChannel>();
  return {
    attach({ events, beside }) {
      const channel = new IncidentChannel({ transport, outbox, messages, beside });
      channels.set(events, channel);
      events.on('entry', (entry) => channel.tell(entry));
      events.on('history', (entries) => channel.remember(entries));
      events.on('progress', (progress) => channel.progress(progress));
    },
    detach({ events }) {
      channels.delete(events);
    },
    anchor: {
      name: 'slack',
      async publish(incidentId, heads) {
        const channel = [...channels.values()].findLast(({ model }) => model.incidentId === incidentId);
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
