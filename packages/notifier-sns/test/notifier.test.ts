import { SNSClient } from '@aws-sdk/client-sns';
import {
  beginIncident,
  defineStep,
  type Entry,
  type Environment,
  type Finding,
  IncidentPipeline,
  memoryJournal,
  StepFailure,
  startIncident,
  stepWorker,
} from '@cordon/core';
import { addTopic, createWorld, type SimulatedWorld } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type IncidentNotice, snsNotifier } from '../src/index.js';

const REGION = 'eu-west-1';
const HOSTILE = 'Odd:EC2/\u202e<b>\u0007\n';

const FINDING: Finding = {
  source: 'security-hub',
  id: 'finding-1',
  type: HOSTILE,
  title: 'password=hunter22',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: { instanceId: 'i-0f3a9c51d2b7e8460', account: '111122223333', region: REGION, partition: 'aws' },
  remote: { addresses: [], domains: [], ports: [] },
};

function refuse(): never {
  throw new Error('no AWS here');
}

function environmentOf({ clock }: SimulatedWorld): Environment {
  const account = { region: REGION, partition: 'aws', principal: refuse, call: refuse, presign: refuse };
  return {
    clock,
    evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
    account: (role) => ({ id: role, ...account }),
    remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
  };
}

function step<const Id extends string>(id: Id, phase: 'contain' | 'examine', start?: () => void) {
  return defineStep({
    id,
    title: id,
    phase,
    provides: [],
    async start(ctx) {
      start?.();
      return ctx.done({});
    },
  });
}

const pipeline = IncidentPipeline.create('told')
  .use(step('isolate', 'contain'))
  .use(step('deny', 'contain'))
  .use(
    step('look', 'examine', () => {
      throw StepFailure.permanent('DISK_FULL', 'AWS_SECRET_ACCESS_KEY=abcdefgh');
    }),
    { after: ['isolate', 'deny'] },
  );

function scene() {
  const world = createWorld({ seed: 'notifier' });
  onTestFinished(() => world.dispose());
  const account = world.account('999900001111');
  const topic = addTopic(account.region(REGION), { name: 'incidents' });
  const client = new SNSClient({ region: REGION, credentials: account.credentials() });
  const notifier = () => snsNotifier({ topicArn: topic.arn, client, clock: world.clock });
  const journal = memoryJournal();
  const start = () => startIncident(pipeline, FINDING, { journal, environment: environmentOf(world) });
  const notices = () => topic.published.map(({ message }): IncidentNotice => JSON.parse(message));
  const host = { journal, environment: environmentOf(world) };
  return { world, account, topic, notifier, start, notices, host };
}

async function told(here: ReturnType<typeof scene>) {
  const run = here.start();
  const notifier = here.notifier();
  notifier.attach(run);
  const result = await run.finished;
  return { result, report: await notifier.flush({ hours: 2 }) };
}

describe('workers with a notifier each', () => {
  it('publish once what each of them has done, and once that the incident was opened', async () => {
    const { host, notifier, notices } = scene();
    const begun = await beginIncident(pipeline, FINDING, host);
    if (begun.do !== 'start') throw new Error(begun.because);
    const { incidentId: incident } = begun;
    const workers = [0, 1].map(() => stepWorker(pipeline, { ...host, notifiers: [notifier()] }));
    for (const step of ['isolate', 'deny', 'look'])
      await Promise.all(workers.map((worker) => worker.act({ incident, step })));
    await workers[1]?.finish({ incident });
    expect(notices().map(({ event }) => event)).toEqual(['opened', 'contained', 'step-failed', 'closed']);
  });
});

describe('snsNotifier', () => {
  it('publishes what an incident does, in order', async () => {
    const here = scene();
    const { report, result } = await told(here);
    expect(report).toEqual({ sent: 4, failed: 0, leftOut: 0, lastTrouble: undefined });
    const notices = here.notices();
    expect(notices).toMatchObject([
      { event: 'opened' },
      { event: 'contained' },
      { event: 'step-failed', step: 'look', failure: 'DISK_FULL' },
      { event: 'closed', outcome: 'incomplete' },
    ]);
    expect(notices[0]).toMatchObject({ version: 1, incidentId: result.incidentId, suspect: FINDING.suspect });
    expect(result).toMatchObject({ heads: { run: notices[3]?.head } });
  });

  it('gives subscriptions what they filter by, and mailboxes a subject', async () => {
    const here = scene();
    await told(here);
    const last = here.topic.published.at(-1);
    const account = FINDING.suspect.account;
    expect(last?.attributes).toEqual({ event: 'closed', band: 'high', account, outcome: 'incomplete' });
    expect(last?.subject).toBe('Cordon i-0f3a9c51d2b7e8460 closed: incomplete');
  });

  it('gives on nothing that an intruder could have written to be shown, and no secret', async () => {
    const here = scene();
    await told(here);
    for (const { message } of here.topic.published) {
      expect(message).toMatch(/^[\x20-\x7e]+$/);
      expect(message).not.toContain('hunter22');
      expect(message).not.toContain('abcdefgh');
    }
    expect(here.notices()[0]?.finding.type).toBe(HOSTILE);
  });

  it('says it later where SNS throttles, and stops nothing', async () => {
    const here = scene();
    here.world.faults.add({ operation: 'sns:Publish', fault: 'throttle', times: 3 });
    here.world.faults.add({ operation: 'sns:Publish', fault: 'server-error', nth: 5, times: 2 });
    const { report, result } = await told(here);
    expect(result).toMatchObject({ status: 'closed' });
    expect(report).toMatchObject({ sent: 4, failed: 0, lastTrouble: expect.stringMatching(/Internal/) });
    expect(here.notices().map(({ event }) => event)).toEqual([
      'opened',
      'contained',
      'step-failed',
      'closed',
    ]);
  });

  it('does not say again what can never be said', async () => {
    const here = scene();
    const client = new SNSClient({ region: REGION, credentials: here.account.credentials([]) });
    const notifier = snsNotifier({ topicArn: here.topic.arn, client, clock: here.world.clock });
    const run = here.start();
    notifier.attach(run);
    await expect(run.finished).resolves.toMatchObject({ status: 'closed' });
    const report = await notifier.flush({ minutes: 1 });
    expect(report).toMatchObject({ sent: 0, failed: 4, lastTrouble: expect.stringMatching(/Authorization/) });
    expect(here.world.calls.all().filter(({ operation }) => operation === 'sns:Publish')).toHaveLength(4);
  });

  it('gives up on an SNS that is away within the time of flush', async () => {
    const here = scene();
    here.world.faults.add({ operation: 'sns:Publish', fault: 'server-error', times: 1_000 });
    const run = here.start();
    const notifier = here.notifier();
    notifier.attach(run);
    await run.finished;
    const began = here.world.clock.now().getTime();
    expect(await notifier.flush({ seconds: 5 })).toMatchObject({ sent: 0 });
    expect(here.world.clock.now().getTime() - began).toBeLessThanOrEqual(5_000);
  });

  it('does not tell again what the process before has told', async () => {
    const here = scene();
    const first = here.start();
    const before = here.notifier();
    before.attach(first);
    first.events.on('entry', (entry: Entry) => {
      if (entry.ledger === 'deny' && entry.kind === 'succeeded') first.stop();
    });
    await expect(first.finished).rejects.toThrow('the host was stopped');
    await before.flush({ hours: 1 });
    await told(here);
    const events = here.notices().map(({ event }) => event);
    expect(events).toEqual(['opened', 'contained', 'step-failed', 'closed']);
  });

  it('refuses what is not the ARN of a standard topic', () => {
    expect(() => snsNotifier({ topicArn: 'incidents' })).toThrow('not the ARN of a standard SNS topic');
    const fifo = 'arn:aws:sns:eu-west-1:999900001111:incidents.fifo';
    expect(() => snsNotifier({ topicArn: fifo })).toThrow('not the ARN of a standard SNS topic');
  });
});
