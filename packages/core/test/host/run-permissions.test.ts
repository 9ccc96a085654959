import { describe, expect, it } from 'vitest';
import { ec2 } from '../../src/aws/operations.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { closed, contain, stepOf } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

describe('a step', () => {
  it('leaves the suspect alone when a guard says no, and still reports', async () => {
    const world = engineWorld();
    const guard = defineGuard({
      id: 'guard.exempt',
      title: 'Spares the exempt',
      onFailure: 'allow',
      check: async (ctx) => ctx.refuse('it is exempt'),
    });
    const tell = defineStep({
      id: 'tell',
      title: 'Reports',
      phase: 'report',
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    const result = await runIncident(
      IncidentPipeline.create('t').use(guard).use(contain).use(tell),
      FINDING,
      world.options,
    );
    expect(closed(result).outcome).toBe('refused');
    expect(stepOf(result, 'contain')).toMatchObject({ status: 'skipped', reason: 'refused by guard.exempt' });
    expect(stepOf(result, 'tell')?.status).toBe('succeeded');
  });

  it('fails a step that calls what it does not declare, and never sends the call', async () => {
    const world = engineWorld();
    const sneaky = defineStep({
      id: 'sneaky',
      title: 'Calls more than it says',
      phase: 'examine',
      provides: [],
      actions: { suspect: ['ec2:DescribeInstances'] },
      start: async (ctx) => {
        await ctx.suspectAccount.call(ec2.DescribeInstances, {});
        await ctx.suspectAccount.call(ec2.DescribeVolumes, {});
        return ctx.done({});
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(sneaky), FINDING, world.options);
    expect(stepOf(result, 'sneaky')?.reason).toMatch(
      /^UNDECLARED_ACTION: step 'sneaky' calls ec2:DescribeVolumes/,
    );
  });

  it('refuses to change the suspect in examine, whatever is declared', async () => {
    const world = engineWorld();
    const late = defineStep({
      id: 'late',
      title: 'Touches',
      phase: 'examine',
      provides: [],
      actions: { suspect: ['ec2:CreateTags'] },
      start: async (ctx, _facts) => {
        await ctx.suspectAccount.call(ec2.CreateTags, {
          Resources: [ctx.incident.suspect.instanceId],
          Tags: [],
        });
        return ctx.done({});
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(late), FINDING, world.options);
    expect(stepOf(result, 'late')?.reason).toMatch(/^TOUCHES_SUSPECT/);
  });
});
