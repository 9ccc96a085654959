import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/engine/clock.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { answerApproval, openQuestions } from '../../../src/host/approvals.js';
import { runIncident, startIncident } from '../../../src/host/run-incident.js';
import { askInJournal } from '../../../src/steps/guards/approval.js';
import { approvalGuard } from '../../../src/steps/guards/approval-guard.js';
import { blastRadiusGuard } from '../../../src/steps/guards/blast-radius-guard.js';
import { judge, NO, reasonOf, verdictOf, YES } from '../world/guard-verdict.js';
import { FINDING, suspectWorld } from '../world/suspect-world.js';
import { type Ask, answering, asking, containing, guardOf } from './asking.js';

describe('an approval through the journal', () => {
  it('is found by the waiting run, counts once, and names the person to the journal and to AWS', async () => {
    const world = suspectWorld();
    const { ask, refusals } = answering(world, { decision: 'yes', by: 'Ada Lovelace' });
    const { incidentId, verdict } = await judge(guardOf(ask), world, { inspected: true });
    expect(verdict).toEqual(YES);
    expect(refusals).toEqual(['NO_QUESTION']);
    expect(await reasonOf(world, incidentId)).toContain('Ada Lovelace says yes');
    const identities = world.world.calls.of('sts:AssumeRole').map(({ input }) => input['SourceIdentity']);
    expect(identities).toEqual([undefined, 'Ada-Lovelace']);
  });

  it('contains all the same where the trust policy lets nobody set a source identity', async () => {
    const world = suspectWorld({ trust: ['sts:AssumeRole', 'sts:TagSession'] });
    const { ask } = answering(world, { decision: 'yes', by: 'ada' });
    expect(await verdictOf(guardOf(ask), world)).toEqual(YES);
    expect(world.world.calls.of('sts:AssumeRole').map(({ outcome }) => outcome)).toEqual([
      'AccessDenied',
      'ok',
    ]);
  });

  it('counts when it was given while the run was down, though it resumes after the deadline', async () => {
    const world = suspectWorld();
    const { clock } = world.world;
    const pipeline = IncidentPipeline.create('t')
      .use(guardOf(askInJournal(world.journal)))
      .use(containing);
    const first = startIncident(pipeline, FINDING, world.options);
    first.events.on('entry', (entry) => {
      if (entry.kind === 'waiting') first.stop();
    });
    await expect(first.finished).rejects.toThrow('stopped');
    const [incidentId = ''] = await world.journal.list();
    await answerApproval({ journal: world.journal, incidentId, decision: 'yes', by: 'ada', clock });
    await clock.sleepUntil(new Date(clock.now().getTime() + 3_600_000), new AbortController().signal);
    const resumed = await runIncident(pipeline, FINDING, world.freshOptions());
    expect(resumed).toMatchObject({ status: 'closed', incidentId, outcome: 'complete' });
  });

  it('is an entry of its own, chained like all others', async () => {
    const world = suspectWorld();
    const { ask } = answering(world, { decision: 'no', by: 'ada' });
    const { incidentId, verdict } = await judge(guardOf(ask), world);
    expect(verdict).toEqual(NO);
    const entries = await (await world.journal.visit(incidentId)).read();
    const answer = entries.find(({ kind }) => kind === 'approval');
    expect(answer).toMatchObject({ body: { step: 'guard.approval', decision: 'no', by: 'ada' } });
    expect(Object.keys(answer?.after ?? {})).toEqual(['run', 'guard.approval']);
    expect(openQuestions(entries)).toEqual([]);
  });

  it.each(['', '  ', 'x'.repeat(257)])(
    'is not used up by an answer without a proper name: %j',
    async (by) => {
      const world = suspectWorld();
      const codes: unknown[] = [];
      const look = askInJournal(world.journal);
      const ask: Ask = async (request) => {
        const { incidentId } = request;
        const order = {
          journal: world.journal,
          incidentId,
          clock: world.world.clock,
          decision: 'yes',
        } as const;
        await answerApproval({ ...order, by }).catch((error) => codes.push(error.code));
        await answerApproval({ ...order, by: 'ada' });
        return look(request);
      };
      // The first look comes before the question is on record.
      let looks = 0;
      expect(
        await verdictOf(
          guardOf(async (request) => (looks++ === 0 ? undefined : ask(request))),
          world,
        ),
      ).toEqual(YES);
      expect(codes).toEqual(['BAD_ANSWER']);
    },
  );

  it('names the guard that it answers where several ask', async () => {
    const world = suspectWorld();
    const look = askInJournal(world.journal);
    const codes: unknown[] = [];
    const asked = new Set<string>();
    const ask: Ask = async (request) => {
      asked.add(request.step);
      const order = {
        journal: world.journal,
        incidentId: request.incidentId,
        clock: world.world.clock,
        decision: 'yes',
        by: 'ada',
      } as const;
      const entries = await (await world.journal.visit(request.incidentId)).read();
      if (openQuestions(entries).length === 2) {
        await answerApproval(order).catch((error) => codes.push(error.code));
        await answerApproval({ ...order, step: 'guard.approval' });
        await answerApproval({ ...order, step: 'guard.blast-radius', decision: 'no' });
      }
      return look(request);
    };
    const options = { ask, deadline: { minutes: 30 }, onExpiry: 'refuse' } as const;
    const pipeline = IncidentPipeline.create('t')
      .use(approvalGuard(options))
      .use(blastRadiusGuard({ onHit: options }))
      .use(containing);
    const hit = suspectWorld({ instance: { operator: 'eks.amazonaws.com' } });
    const result = await runIncident(pipeline, FINDING, { ...hit.options, journal: world.journal });
    expect(codes).toEqual(['SEVERAL_QUESTIONS']);
    expect(asked).toEqual(new Set(['guard.approval', 'guard.blast-radius']));
    expect(result).toMatchObject({ outcome: 'refused' });
  });

  it('is refused where nothing waits, and when it is too late', async () => {
    const world = suspectWorld();
    const { ask, requests } = asking(() => undefined);
    const codes: unknown[] = [];
    const late: Ask = async (request) => {
      const order = {
        journal: world.journal,
        incidentId: request.incidentId,
        decision: 'yes',
        by: 'ada',
      } as const;
      // The machine's own clock is years behind the simulation's or ahead of it: only one of them can be late.
      if (requests.length === 1)
        await answerApproval({
          ...order,
          clock: { ...systemClock, now: () => new Date(Date.parse(request.expiresAt) + 1) },
        }).catch((error) => codes.push(error.code));
      return ask(request);
    };
    const { incidentId } = await judge(guardOf(late), world);
    const clock = world.world.clock;
    const order = { journal: world.journal, incidentId, decision: 'yes', by: 'ada', clock } as const;
    await answerApproval(order).catch((error) => codes.push(error.code));
    expect(codes).toEqual(['TOO_LATE', 'NO_QUESTION']);
  });
});
