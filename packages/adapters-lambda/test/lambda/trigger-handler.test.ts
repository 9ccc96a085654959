import { readFileSync } from 'node:fs';
import {
  defineStep,
  type Finding,
  IncidentPipeline,
  memoryJournal,
  parseFindings,
  StepFailure,
  stepWorker,
} from '@cordon/core';
import { awsAccount } from '@cordon/core/aws';
import { createWorld } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { workThrough } from '../../../core/test/host/workers.js';
import { engineWorld } from '../../../core/test/host/world.js';
import type { Alarm } from '../../src/lambda/alarm.js';
import { type TriggerOptions, triggerHandler } from '../../src/lambda/trigger-handler.js';
import { executionsOf, installStates } from '../interpreter/simulated-states.js';

const ACCOUNT = '999900001111';
const REGION = 'eu-west-1';
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:cordon`;

const core = (path: string) => new URL(`../../../core/test/fixtures/${path}`, import.meta.url);
const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(core(`findings/${name}.json`), 'utf8'));

const EVENT = fixture('c2-activity.eventbridge');
const [FINDING] = parseFindings(EVENT).findings;
/** The same event with other words in its finding. */
const changed = (change: object) => ({ ...EVENT, detail: { ...Object(EVENT['detail']), ...change } });

function containing(works: boolean) {
  const isolate = defineStep({
    id: 'isolate',
    title: 'Isolates',
    phase: 'contain',
    provides: [],
    async start(ctx) {
      if (!works) throw StepFailure.permanent('NO_LUCK', 'it did not work');
      return ctx.done({});
    },
  });
  return IncidentPipeline.create('t').use(isolate);
}

function deployed(given: Partial<TriggerOptions> = {}, works = true) {
  installStates();
  const world = createWorld({ seed: 'trigger' });
  const { clock } = world;
  const journal = memoryJournal();
  const environment = { ...engineWorld().environment, clock };
  const account = awsAccount({
    id: ACCOUNT,
    region: REGION,
    clock,
    credentials: async () => world.account(ACCOUNT).credentials(),
    principal: async () => `arn:aws:iam::${ACCOUNT}:root`,
  });
  const alarms: Alarm[] = [];
  const alarm = (one: Alarm) => void alarms.push(one);
  const pipeline = containing(works);
  const common = { journal, environment, account, stateMachineArn: MACHINE, alarm };
  const trigger = triggerHandler(pipeline, { ...common, ...given });
  const { all } = executionsOf(world);
  /** What the execution would do. */
  const drive = async (incident: string) => {
    const worker = stepWorker(pipeline, { journal, environment });
    await workThrough(pipeline, { incident, worker, clock });
    for (const execution of all.values()) execution.status = 'ENDED';
  };
  /** The incident that the event led to. */
  const incidentOf = async (event: unknown) => (await trigger(event)).findings[0]?.incidentId ?? '';
  return { world, journal, alarms, trigger, incidentOf, executions: all, drive };
}

describe('the trigger', () => {
  it.each(['c2-activity.eventbridge', 'c2-activity.asff', 'c2-activity.ocsf', 'runtime-miner.eventbridge'])(
    'begins an incident for what a detector has sent: %s',
    async (name) => {
      const { trigger, executions, journal } = deployed();
      const { findings, problems } = await trigger(fixture(name));
      expect(problems).toEqual([]);
      const [incidentId = ''] = await journal.list();
      expect(findings).toMatchObject([{ did: 'started', incidentId, execution: incidentId }]);
      expect([...executions.values()]).toEqual([
        { name: incidentId, input: JSON.stringify({ incident: incidentId }), status: 'RUNNING' },
      ]);
    },
  );

  it('begins one incident for each instance of an attack sequence', async () => {
    const { trigger, journal } = deployed();
    const { findings } = await trigger(fixture('attack-sequence.eventbridge'));
    expect(findings.length).toBeGreaterThan(1);
    expect((await journal.list()).length).toBe(findings.length);
  });

  it('takes no notice of samples and of what is not severe, and of an update that is', async () => {
    const { trigger, journal } = deployed();
    expect((await trigger(fixture('sample.eventbridge'))).findings).toMatchObject([{ because: 'sample' }]);
    expect((await trigger(changed({ severity: 5 }))).findings).toMatchObject([{ because: 'severity' }]);
    expect(await journal.list()).toEqual([]);
    expect((await trigger(changed({ severity: 9.5 }))).findings).toMatchObject([{ did: 'started' }]);
  });

  it('starts nothing twice: later findings join the open incident', async () => {
    const { trigger, incidentOf, executions, journal } = deployed();
    const incidentId = await incidentOf(EVENT);
    const other = changed({ id: 'b'.repeat(32), severity: 8.5 });
    expect((await trigger(other)).findings).toMatchObject([{ did: 'went-on', incidentId }]);
    expect([...executions.keys()]).toEqual([incidentId]);
    const entries = await (await journal.visit(incidentId)).read();
    expect(entries.filter(({ kind }) => kind === 'finding')).toHaveLength(1);
  });

  it('has nothing to do for an instance that is contained', async () => {
    const { trigger, incidentOf, drive } = deployed();
    const incidentId = await incidentOf(EVENT);
    await drive(incidentId);
    const { findings } = await trigger(EVENT);
    expect(findings).toMatchObject([{ did: 'nothing', because: 'contained', incidentId }]);
  });

  it('starts the execution that an earlier trigger died before', async () => {
    const { trigger, incidentOf, world, executions, journal } = deployed();
    world.faults.add({ operation: 'states:StartExecution', fault: 'server-error', times: 20 });
    await expect(trigger(EVENT)).rejects.toThrow(AggregateError);
    expect(executions.size).toBe(0);
    world.faults.clear();
    const incidentId = await incidentOf(EVENT);
    expect(await journal.list()).toEqual([incidentId]);
    expect([...executions.keys()]).toEqual([incidentId]);
  });

  it('goes on with an incident whose execution has ended, and says so', async () => {
    const { trigger, incidentOf, executions, alarms } = deployed();
    const incidentId = await incidentOf(EVENT);
    for (const execution of executions.values()) execution.status = 'ENDED';
    const { findings } = await trigger(EVENT);
    expect(findings).toMatchObject([{ did: 'went-on', incidentId, execution: `${incidentId}-x2` }]);
    expect(alarms).toMatchObject([{ code: 'EXECUTION_LEFT_OPEN', incidentId }]);
  });

  it('runs again where a run ended without containment, with an alarm, and not for ever', async () => {
    const { trigger, incidentOf, alarms, drive } = deployed({}, false);
    const ids: string[] = [];
    for (let nth = 1; nth <= 3; nth += 1) {
      const id = await incidentOf(EVENT);
      ids.push(id);
      await drive(id);
    }
    expect(ids).toEqual([ids[0], `${ids[0]}-r2`, `${ids[0]}-r3`]);
    expect((await trigger(EVENT)).findings).toMatchObject([{ did: 'nothing', because: 'exhausted' }]);
    const codes = alarms.map(({ code }) => code);
    expect(codes).toEqual(['CLOSED_WITHOUT_CONTAINMENT', 'CLOSED_WITHOUT_CONTAINMENT', 'RUNS_EXHAUSTED']);
  });
});

describe('a finding that EventBridge has not brought itself', () => {
  const bare = EVENT['detail'];

  it('is asked for again, and the one that the detector has is used', async () => {
    const confirm = async (finding: Finding) => ({ ...finding, severity: 9.1 });
    const { incidentOf, journal } = deployed({ confirm });
    const [opened] = await (await journal.visit(await incidentOf(bare))).read();
    expect(opened).toMatchObject({ kind: 'opened', body: { finding: { severity: 9.1 } } });
  });

  it('switches nothing off when the detector does not know it, or thinks less of it', async () => {
    const unknown = async () => {
      throw StepFailure.permanent('FINDING_DOES_NOT_MATCH', 'GuardDuty has no such finding');
    };
    const refused = deployed({ confirm: unknown });
    const { findings } = await refused.trigger(bare);
    expect(findings).toMatchObject([{ did: 'nothing', because: 'FINDING_DOES_NOT_MATCH' }]);
    const low = deployed({ confirm: async (finding) => ({ ...finding, severity: 2 }) });
    expect((await low.trigger(bare)).findings).toMatchObject([{ did: 'nothing', because: 'severity' }]);
    expect([...(await refused.journal.list()), ...(await low.journal.list())]).toEqual([]);
  });

  it('may be a person who says so', async () => {
    const { instanceId = '', account = '', region = '' } = FINDING?.suspect ?? {};
    const { trigger } = deployed({ confirm: async (finding) => finding });
    const order = { instanceId, account, region, reason: 'it behaves strangely' };
    expect((await trigger(order)).findings).toMatchObject([{ did: 'started', instanceId }]);
    const { findings, problems } = await trigger({ ...order, instanceId: 'web-1; rm -rf /' });
    expect({ findings, problems: problems.length }).toEqual({ findings: [], problems: 1 });
  });

  it('is believed from a topic of ours that SNS has signed for, and from no other', async () => {
    const { certificate, messages } = JSON.parse(readFileSync(core('sns-messages.json'), 'utf8'));
    const { SigningCertURL: SigningCertUrl, ...message } = messages['version 2'];
    const record = (change: object) => ({
      Records: [{ EventSource: 'aws:sns', Sns: { ...message, SigningCertUrl, ...change } }],
    });
    const topics = { topicArns: [message.TopicArn], fetchCertificate: async () => certificate };
    const { trigger, world } = deployed({ topics });
    await world.clock.sleepUntil(new Date(Date.parse(message.Timestamp) + 60_000));
    expect((await trigger(record({}))).problems).toEqual([]);
    const forged = await trigger(record({ Message: JSON.stringify(bare) }));
    expect(forged).toMatchObject({ findings: [], problems: [{ message: 'not believed: BAD_SIGNATURE' }] });
    const { problems } = await deployed().trigger(record({}));
    expect(problems).toMatchObject([{ message: 'not believed: UNKNOWN_TOPIC' }]);
  });

  it('never throws for what an event holds', async () => {
    const { trigger } = deployed();
    for (const event of [null, 'x', 7, [], {}, { Records: [] }, { detail: {} }, { source: 'aws.guardduty' }])
      expect((await trigger(event)).findings).toEqual([]);
  });
});
