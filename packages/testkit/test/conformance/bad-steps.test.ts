import { defineFact, definePolledStep, defineStep } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { assertStepConforms } from '../../src/index.js';
import { breachesOf, careful, group, made, name, named, plain, suspectActions } from './planted-steps.js';

describe('assertStepConforms', () => {
  it('passes a step that does nothing wrong, and says what it called', async () => {
    const step = defineStep({
      ...careful,
      async start(ctx) {
        const { GroupId = '' } = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, group(name(ctx.key)));
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
      async recover(ctx) {
        const { SecurityGroups = [] } = await ctx.suspectAccount.call(
          ec2.DescribeSecurityGroups,
          named(name(ctx.key)),
        );
        const [found] = SecurityGroups;
        return found === undefined ? null : ctx.done({ 'acme.made': { id: found.GroupId ?? '' } });
      },
    });
    expect(await assertStepConforms(step, { vendor: 'acme' })).toMatchObject({
      warnings: [],
      called: { suspect: ['ec2:CreateSecurityGroup', 'ec2:DescribeSecurityGroups'], security: [] },
    });
  });

  it('finds ids, facts, titles, actions and timeouts that do not fit', async () => {
    const step = defineStep({
      id: 'memory.other',
      title: 'memory.',
      phase: 'capture',
      provides: [defineFact('dump', v.string())],
      actions: suspectActions('ssm:*'),
      callTimeout: { minutes: 10 },
      start: async (ctx) => ctx.done({ dump: 'x' }),
    });
    expect(await breachesOf(step)).toEqual([
      'ACTION_NOT_AN_ACTION',
      'FACT_NAME_FOREIGN',
      'ID_FOREIGN',
      'TIMEOUT_UNSOUND',
      'TITLE_NOT_A_SENTENCE',
    ]);
  });

  it('wants the name of the vendor', async () => {
    const step = defineStep({ ...plain, start: async (ctx) => ctx.done({ 'acme.made': { id: 'x' } }) });
    expect(await breachesOf(step, { vendor: 'other' })).toEqual(['FACT_NAME_FOREIGN', 'ID_FOREIGN']);
  });

  it('tells what the pipeline would refuse, and runs nothing', async () => {
    const step = defineStep({
      ...plain,
      needs: [made],
      provides: [],
      undo: async () => [],
      start: async (ctx) => ctx.done({}),
    });
    expect(await breachesOf(step)).toEqual(['NEED_NOT_PROVIDED', 'UNDO_WITHOUT_BEFORE']);
  });

  it('finds a fact that JSON changes', async () => {
    const when = defineFact('acme.when', v.object({ at: v.date() }));
    const step = defineStep({
      ...plain,
      provides: [when],
      start: async (ctx) => ctx.done({ 'acme.when': { at: ctx.now() } }),
    });
    expect(await breachesOf(step)).toEqual(['FACT_NOT_JSON']);
  });

  it('finds a ticket that JSON changes', async () => {
    const step = definePolledStep({
      ...plain,
      ticket: v.object({ since: v.date() }),
      start: async (ctx) => ctx.waiting({ since: ctx.now() }, { seconds: 1 }),
      poll: async (ctx) => ctx.done({ 'acme.made': { id: 'x' } }),
    });
    expect(await breachesOf(step)).toEqual(['TICKET_NOT_JSON']);
  });

  it('finds a step that fails where nothing goes wrong', async () => {
    const step = defineStep({ ...plain, start: () => Promise.reject(new Error('always')) });
    expect(await breachesOf(step)).toEqual(['DOES_NOT_SUCCEED']);
  });

  it('finds an undeclared call, also one whose refusal the step swallows', async () => {
    const step = defineStep({
      ...plain,
      async start(ctx) {
        await ctx.suspectAccount.call(ec2.DescribeVolumes, {}).catch(() => undefined);
        return ctx.done({ 'acme.made': { id: 'x' } });
      },
    });
    expect(await breachesOf(step)).toEqual(['UNDECLARED_ACTION']);
  });

  it('warns of a declared action that nothing calls, and of an effect that is not told', async () => {
    const { effect: _untold, ...untold } = careful;
    const step = defineStep({
      ...untold,
      async start(ctx) {
        const GroupName = name(ctx.key);
        const made = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, group(GroupName)).catch(() => ({
          GroupId: GroupName,
        }));
        return ctx.done({ 'acme.made': { id: made.GroupId ?? '' } });
      },
    });
    const { warnings } = await assertStepConforms(step);
    expect(warnings.map(({ code }) => code)).toEqual(['EFFECT_NOT_TOLD', 'ACTION_NOT_CALLED']);
  });
});
