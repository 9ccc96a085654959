import {
  type Anchor,
  defineStep,
  type Entry,
  type Environment,
  type Finding,
  IncidentPipeline,
  type IncidentRun,
  memoryJournal,
  StepFailure,
  startIncident,
  verifyJournal,
} from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testkit/src/clock.js';
import { slackNotifier } from '../src/index.js';
import { SlackServer } from './slack-server.js';

const HOSTILE = '<!channel> *boom* & <https://evil.example|click> `tick` \u202e\u0007 AKIAABCDEFGHIJKLMNOP';

let slack: SlackServer;
beforeEach(async () => {
  slack = await SlackServer.start();
});
afterEach(() => slack.stop());

const step = (id: string, phase: 'contain' | 'examine', fail?: string) =>
  defineStep({
    id,
    title: id,
    phase,
    provides: [],
    start: async (ctx) => {
      if (fail !== undefined) throw StepFailure.permanent('BROKEN', fail);
      ctx.progress(1, 4, 'bytes');
      return ctx.done({});
    },
  });

function refuse(): never {
  throw new Error('no AWS here');
}

const FINDING: Finding = {
  source: 'manual',
  id: 'f',
  type: 'Manual',
  title: HOSTILE,
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: {
    instanceId: 'i-0f3a9c51d2b7e8460',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  remote: { addresses: [], domains: [], ports: [] },
};

const environmentAt = (clock: VirtualClock): Environment => ({
  clock,
  evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
  account: (role) => ({
    id: role,
    region: 'eu-west-1',
    partition: 'aws',
    principal: refuse,
    call: refuse,
    presign: refuse,
  }),
  remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
});

function start(
  clock = new VirtualClock(),
  journal = memoryJournal(),
  anchors: readonly Anchor[] = [],
): { run: IncidentRun; clock: VirtualClock } {
  const pipeline = IncidentPipeline.create('t')
    .use(step('isolate', 'contain'))
    .use(step('look', 'examine'))
    .use(step('broken', 'examine', HOSTILE));
  const run = startIncident(pipeline, FINDING, { journal, anchors, environment: environmentAt(clock) });
  return { run, clock };
}

const bot = (clock: VirtualClock) =>
  slackNotifier({ token: 'xoxb-1', channel: 'C1', slackApiUrl: slack.url, clock, timeout: { seconds: 1 } });

async function told(prepare: () => void = () => undefined) {
  prepare();
  const { run, clock } = start();
  const notifier = bot(clock);
  notifier.attach(run);
  const result = await run.finished;
  const report = await notifier.flush({ hours: 2 });
  return { result, report };
}

describe('slackNotifier', () => {
  it('has Slack make no links of addresses that stand in anybody’s text', async () => {
    await told();
    const posts = [...slack.of('chat.postMessage'), ...slack.of('chat.update')];
    const texts = posts.flatMap(({ body }) =>
      JSON.stringify(body['blocks']).match(/{"type":"mrkdwn"[^}]*}/g),
    );
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) expect(text).toMatch(/,"verbatim":true}$/);
  });

  it('posts one message, updates it, and tells the steps in its thread', async () => {
    const { report } = await told();
    const posts = slack.of('chat.postMessage');
    expect(posts.filter((call) => call.body['thread_ts'] === undefined)).toHaveLength(1);
    const last = slack.of('chat.update').at(-1);
    expect(JSON.stringify(last?.body['blocks'])).toContain('Incomplete');
    const thread = posts
      .filter((call) => call.body['thread_ts'] !== undefined)
      .map((call) => String(call.body['text']));
    expect(thread).toContain(':white_check_mark: `isolate` done');
    expect(thread.at(-1)).toMatch(/closed as \*incomplete\*/);
    expect(report).toMatchObject({ failed: 0, leftOut: 0 });
  });

  it('turns what an intruder wrote into mere text', async () => {
    await told();
    for (const call of slack.received) {
      const text = JSON.stringify(call.body);
      expect(text).not.toContain('<!channel>');
      expect(text).not.toContain('<https://evil');
      expect(text).not.toContain('\\u202e');
      expect(text).not.toContain('AKIAABCDEFGHIJKLMNOP');
    }
    expect(JSON.stringify(slack.received)).toContain('&lt;!channel&gt;');
  });

  it('waits as long as Slack asks, and then says the same again', async () => {
    const clock = new VirtualClock();
    const { run } = start(clock);
    const times: string[] = [];
    slack.answers.push({ is: 'throttle', seconds: 77 });
    const notifier = bot(clock);
    notifier.attach(run);
    const began = clock.now().getTime();
    await run.finished;
    const report = await notifier.flush({ hours: 2 });
    times.push(clock.now().toISOString());
    expect(clock.now().getTime() - began).toBeGreaterThan(77_000);
    expect(report.failed).toBe(0);
    expect(slack.of('chat.update').length + slack.of('chat.postMessage').length).toBeGreaterThan(4);
  });

  it('stops nothing when Slack fails, refuses or hangs', async () => {
    const { result } = await told(() => {
      for (let index = 0; index < 4; index++) slack.answers.push({ is: 'status', status: 500 });
      slack.answers.push({ is: 'error', error: 'invalid_auth' }, { is: 'hang' }, { is: 'hang' });
    });
    expect(result).toMatchObject({ status: 'closed', outcome: 'incomplete' });
  });

  it('gives up on a dead Slack within the time of flush', async () => {
    const clock = new VirtualClock();
    const notifier = bot(clock);
    await slack.stop();
    const { run } = start(clock);
    notifier.attach(run);
    await expect(run.finished).resolves.toMatchObject({ status: 'closed' });
    const report = await notifier.flush({ seconds: 5 });
    expect(report.sent).toBe(0);
    expect(report.lastTrouble).toBeDefined();
    slack = await SlackServer.start();
  });

  it('goes on with the message of the process before it', async () => {
    const clock = new VirtualClock();
    const journal = memoryJournal();
    const first = start(clock, journal).run;
    first.events.on('entry', (entry: Entry) => {
      if (entry.ledger === 'isolate' && entry.kind === 'succeeded') first.stop();
    });
    const before = bot(clock);
    before.attach(first);
    await expect(first.finished).rejects.toThrow('the host was stopped');
    await before.flush({ hours: 1 });

    const second = start(clock, journal).run;
    const after = bot(clock);
    after.attach(second);
    await expect(second.finished).resolves.toMatchObject({ status: 'closed' });
    await after.flush({ hours: 1 });
    const roots = slack.of('chat.postMessage').filter((call) => call.body['thread_ts'] === undefined);
    expect(roots).toHaveLength(1);
    expect(JSON.stringify(slack.of('chat.update').at(-1)?.body['blocks'])).toContain('Incomplete');
  });

  it('posts the heads of the journal where the journal cannot reach them', async () => {
    const clock = new VirtualClock();
    const journal = memoryJournal();
    const notifier = bot(clock);
    const { run } = start(clock, journal, [notifier.anchor]);
    notifier.attach(run);
    const { incidentId } = await run.finished;
    await notifier.flush({ hours: 2 });
    const posted = slack.of('chat.postMessage').flatMap(({ body }) => {
      const head = /journal head `([0-9a-f]{64})`/.exec(String(body['text']))?.[1];
      return head === undefined ? [] : [head];
    });
    expect(posted).toHaveLength(2); // Contained, and closed; there is no seal here.
    const held = posted.map((head) => ({ run: head }));
    expect(await verifyJournal(journal, incidentId, { anchors: held })).toMatchObject({ state: 'whole' });
    const forged = [{ run: '0'.repeat(64) }];
    expect(await verifyJournal(journal, incidentId, { anchors: forged })).toMatchObject({ state: 'broken' });
  });

  it('says through a webhook only what matters', async () => {
    const { run, clock } = start();
    const notifier = slackNotifier({ webhookUrl: `${slack.url}hook`, clock, timeout: { seconds: 1 } });
    notifier.attach(run);
    await run.finished;
    await notifier.flush({ hours: 1 });
    const texts = slack.of('hook').map((call) => String(call.body['text']));
    expect(texts).toHaveLength(3);
    expect(texts[1]).toContain('BROKEN');
    expect(texts[2]).toContain('closed as');
  });
});
