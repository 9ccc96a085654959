import { definePolledStep, defineStep } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { breachesOf, careful, group, name, plain, suspectActions } from './planted-steps.js';

describe('assertStepConforms', () => {
  it('finds a start that makes another one each time', async () => {
    let count = 0;
    const step = defineStep({
      ...careful,
      async start(ctx) {
        count += 1;
        const { GroupId = '' } = await ctx.suspectAccount.call(
          ec2.CreateSecurityGroup,
          group(`acme-${count}`),
        );
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
    });
    expect(await breachesOf(step)).toEqual(['MADE_TWICE']);
  });

  it('finds a recover that sees nothing, and the second thing that is made for it', async () => {
    let count = 0;
    const step = defineStep({
      ...careful,
      async start(ctx) {
        count += 1;
        const { GroupId = '' } = await ctx.suspectAccount.call(
          ec2.CreateSecurityGroup,
          group(`acme-${count}`),
        );
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
      recover: async () => null,
    });
    expect(await breachesOf(step)).toEqual(['MADE_TWICE', 'RECOVER_BLIND']);
  });

  it('finds a recover that tells of what was never made', async () => {
    const step = defineStep({
      ...careful,
      async start(ctx) {
        const { GroupId = '' } = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, group(name(ctx.key)));
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
      recover: async (ctx) => ctx.done({ 'acme.made': { id: 'surely' } }),
    });
    expect(await breachesOf(step)).toEqual(['RECOVER_INVENTS']);
  });

  it('finds a recover that changes something', async () => {
    const step = defineStep({
      ...careful,
      async start(ctx) {
        const { GroupId = '' } = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, group(name(ctx.key)));
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
      async recover(ctx) {
        const again = await ctx.suspectAccount
          .call(ec2.CreateSecurityGroup, group(name(ctx.key)))
          .catch(() => undefined);
        return again === undefined ? ctx.done({ 'acme.made': { id: 'there' } }) : null;
      },
    });
    expect(await breachesOf(step)).toContain('CHANGES_WHILE_LOOKING');
  });

  it('finds a step that does not get over a lost answer', async () => {
    const step = defineStep({
      ...careful,
      async start(ctx) {
        const { GroupId = '' } = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, group(name(ctx.key)));
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
    });
    expect(await breachesOf(step)).toEqual(['LOST_AFTER_FAULT']);
  });

  it('finds a poll that makes another one each time', async () => {
    let count = 0;
    const step = definePolledStep({
      ...careful,
      ticket: v.object({}),
      start: async (ctx) => ctx.waiting({}, { seconds: 1 }),
      async poll(ctx) {
        count += 1;
        const { GroupId = '' } = await ctx.suspectAccount.call(
          ec2.CreateSecurityGroup,
          group(`acme-${count}`),
        );
        return ctx.done({ 'acme.made': { id: GroupId } });
      },
    });
    expect(await breachesOf(step)).toEqual(['MADE_TWICE', 'POLL_NOT_REPEATABLE']);
  });

  it('finds a step that goes on after its signal', async () => {
    const step = defineStep({
      ...plain,
      actions: suspectActions('ec2:DescribeInstances'),
      async start(ctx) {
        await ctx.suspectAccount.call(ec2.DescribeInstances, {}).catch(() => undefined);
        // It cleans up a little, and a little more.
        if (ctx.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 2_500));
        return ctx.done({ 'acme.made': { id: 'x' } });
      },
    });
    expect(await breachesOf(step)).toEqual(['ABORT_IGNORED']);
  });
});
