import {
  beginIncident,
  defineStep,
  type Finding,
  IncidentPipeline,
  memoryJournal,
  stepWorker,
} from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testkit/src/clock.js';
import { slackNotifier } from '../src/index.js';
import { SlackServer } from './slack-server.js';

let slack: SlackServer;
beforeEach(async () => {
  slack = await SlackServer.start();
});
afterEach(() => slack.stop());

const IDS = ['inspect', 'protect', 'isolate', 'deny', 'look', 'search'] as const;

const step = <const Id extends string>(id: Id, phase: 'protect' | 'contain' | 'examine') =>
  defineStep({ id, title: id, phase, provides: [], start: async (ctx) => ctx.done({}) });

const pipeline = () =>
  IncidentPipeline.create('told')
    .use(step('inspect', 'protect'))
    .use(step('protect', 'protect'))
    .use(step('isolate', 'contain'))
    .use(step('deny', 'contain'))
    .use(step('look', 'examine'))
    .use(step('search', 'examine'));

const finding: Finding = {
  source: 'manual',
  id: 'f',
  type: 'Manual',
  title: 't',
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

function refuse(): never {
  throw new Error('no AWS here');
}

/** An incident, and as many processes as are wanted to work on it, each with a notifier of its own. */
async function scene(processes: number) {
  const clock = new VirtualClock();
  const journal = memoryJournal();
  const account = { region: 'eu-west-1', partition: 'aws', principal: refuse, call: refuse, presign: refuse };
  const environment = {
    clock,
    evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
    account: (role: string) => ({ id: role, ...account }),
    remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
  };
  const begun = await beginIncident(pipeline(), finding, { journal, environment });
  if (begun.do !== 'start') throw new Error(begun.because);
  const workers = Array.from({ length: processes }, () => {
    const options = { token: 'xoxb-1', channel: 'C1', slackApiUrl: slack.url, clock };
    const notifier = slackNotifier({ ...options, timeout: { seconds: 1 } });
    return { notifier, worker: stepWorker(pipeline(), { journal, environment, notifiers: [notifier] }) };
  });
  const silent = stepWorker(pipeline(), { journal, environment });
  return { incident: begun.incidentId, workers, silent, environment };
}

/** All processes try every step at the same time, one of them closes. */
async function workThrough({ incident, workers }: Awaited<ReturnType<typeof scene>>) {
  for (const id of IDS) await Promise.all(workers.map(({ worker }) => worker.act({ incident, step: id })));
  const done = await workers[0]?.worker.finish({ incident });
  for (const { notifier } of workers) await notifier.flush({ hours: 1 });
  return done;
}

const roots = () => slack.of('chat.postMessage').filter(({ body }) => body['thread_ts'] === undefined);

describe('workers with a notifier each', () => {
  it('post one message for all of them, and tell each step once in its thread', async () => {
    const all = await scene(3);
    expect(await workThrough(all)).toMatchObject({ status: 'closed' });
    expect(roots()).toHaveLength(1);
    const lines = slack.of('chat.postMessage').map(({ body }) => String(body['text']));
    for (const id of IDS) expect(lines.filter((line) => line.includes(`\`${id}\` done`))).toHaveLength(1);
    expect(JSON.stringify(slack.of('chat.update').at(-1)?.body['blocks'])).toContain('Complete');
  });

  it('leave it to the next phase where the first of them died before it could', async () => {
    const all = await scene(2);
    const { incident } = all;
    await all.silent.act({ incident, step: 'inspect' });
    for (const { worker, notifier } of all.workers) {
      await worker.act({ incident, step: 'protect' });
      // Nobody knows yet whether somebody else is about to post it.
      await notifier.flush({ hours: 1 });
    }
    expect(roots()).toEqual([]);
    await workThrough(all);
    expect(roots()).toHaveLength(1);
    expect(JSON.stringify(slack.of('chat.update').at(-1)?.body['blocks'])).toContain('Complete');
  });

  it('post no second one where the channel may not be read', async () => {
    slack.unreadable = true;
    await workThrough(await scene(3));
    expect(roots()).toHaveLength(1);
  });

  it('keep nothing of a run when its invocation is over', async () => {
    const { incident, workers, environment } = await scene(1);
    const context = { moment: 'contain', securityAccount: environment.account('security') } as const;
    for (const step of IDS) await workers[0]?.worker.act({ incident, step });
    await expect(workers[0]?.notifier.anchor.publish(incident, {}, context)).rejects.toThrow('not attached');
  });
});
