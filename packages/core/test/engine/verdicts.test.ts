import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { retryStep } from '../../src/host/retry-incident.js';
import { runIncident } from '../../src/host/run-incident.js';
import { engineWorld, FINDING } from '../host/world.js';

const CONFIRMED = { ...FINDING, title: 'As the detector has it', severity: 9 };

function confirming(finding = CONFIRMED) {
  return defineGuard({
    id: 'guard.confirm',
    title: 'Confirms',
    onFailure: 'refuse',
    check: async (ctx) => ctx.allow('asked the detector', { finding, by: 'ada' }),
  });
}

function spying() {
  const seen: string[] = [];
  const step = defineStep({
    id: 'contain',
    title: 'Contains',
    phase: 'contain',
    provides: [],
    async start(ctx) {
      await ctx.suspectAccount.principal();
      seen.push(ctx.incident.finding.title);
      return ctx.done({});
    },
  });
  return { step, seen };
}

describe("what a guard's yes rests upon", () => {
  it('replaces the finding that was sent, for all that comes after', async () => {
    const { step, seen } = spying();
    const pipeline = IncidentPipeline.create('t').use(confirming()).use(step);
    const result = await runIncident(pipeline, FINDING, engineWorld().options);
    expect(seen[0]).toBe('As the detector has it');
    expect(result).toMatchObject({ facts: { finding: { severity: 9 } } });
  });

  it('never moves the incident to another instance', async () => {
    const other = { ...CONFIRMED, suspect: { ...FINDING.suspect, instanceId: 'i-0aaaaaaaaaaaaaaaa' } };
    const pipeline = IncidentPipeline.create('t').use(confirming(other)).use(spying().step);
    const result = await runIncident(pipeline, FINDING, engineWorld().options);
    expect(result).toMatchObject({ outcome: 'refused', facts: { finding: { severity: 8 } } });
  });

  it('tells the sessions that follow who said yes', async () => {
    const world = engineWorld();
    const approvers: (string | undefined)[] = [];
    const environment: typeof world.environment = {
      ...world.environment,
      account(role, incident) {
        if (role === 'suspect') approvers.push(incident.approver);
        return world.environment.account(role, incident);
      },
    };
    const pipeline = IncidentPipeline.create('t').use(confirming()).use(spying().step);
    await runIncident(pipeline, FINDING, { ...world.options, environment });
    expect(approvers).toEqual([undefined, 'ada']);
  });
});

describe('a later run', () => {
  it('tells AWS who ordered it, and keeps the finding as the detector has it', async () => {
    const world = engineWorld();
    const approvers = new Set<string | undefined>();
    const environment: typeof world.environment = {
      ...world.environment,
      account(role, incident) {
        approvers.add(incident.approver);
        return world.environment.account(role, incident);
      },
    };
    let works = false;
    const titles: string[] = [];
    const contain = defineStep({
      id: 'contain',
      title: 'Contains',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        titles.push(ctx.incident.finding.title);
        if (!works) throw StepFailure.permanent('NO_LUCK', 'it did not work');
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t').use(confirming()).use(contain);
    const options = { ...world.options, environment, incidentId: 'inc-20261120-0001' };
    await runIncident(pipeline, FINDING, options);
    works = true;
    await retryStep(pipeline, { ...options, step: 'contain', approver: 'grace', reason: 'it works now' });
    expect([...approvers]).toEqual([undefined, 'ada', 'grace']);
    expect(titles).toEqual(['As the detector has it', 'As the detector has it']);
  });
});
