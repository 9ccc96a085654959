import { defineFact, definePolledStep, defineStep, type Step, suspect } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { assertStepConforms, type ConformanceOptions, DEMO, StepNotConforming } from '../../src/index.js';

const made = defineFact('acme.made', v.object({ id: v.string() }));
const effect = { summary: 'A group more in its VPC.', reversible: 'yes' } as const;
const suspectActions = (...actions: string[]) => ({ suspect: actions });

async function breachesOf(step: Step, options: ConformanceOptions = {}): Promise<readonly string[]> {
  try {
    await assertStepConforms(step, options);
    return [];
  } catch (error) {
    if (!(error instanceof StepNotConforming)) throw error;
    return [...new Set(error.breaches.map(({ code }) => code))].toSorted();
  }
}

/** A step that does nothing wrong, for the planted fault to be the only one. */
const plain = {
  id: 'acme.plain',
  title: 'Says who the suspect is',
  phase: 'examine',
  needs: [suspect],
  provides: [made],
} as const;

const name = (key: string) => `acme-${key}`;

/** Makes a group, and finds it again by the key in its name. */
const careful = {
  id: 'acme.group',
  title: 'Makes a security group of its own',
  phase: 'capture',
  provides: [made],
  effect,
  actions: suspectActions('ec2:CreateSecurityGroup', 'ec2:DescribeSecurityGroups'),
} as const;

const group = (GroupName: string) => ({ GroupName, Description: 'acme', VpcId: DEMO.vpcId });
const named = (groupName: string) => ({ Filters: [{ Name: 'group-name', Values: [groupName] }] });

describe('assertStepConforms', { timeout: 60_000 }, () => {
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

  it('finds a harmless step that changes the suspect', async () => {
    const step = defineStep({
      id: 'acme.harmless',
      title: 'Says that it is harmless',
      phase: 'protect',
      provides: [],
      harmless: true,
      effect,
      actions: suspectActions('ec2:ModifyInstanceAttribute'),
      async start(ctx) {
        await ctx.suspectAccount.call(ec2.ModifyInstanceAttribute, {
          InstanceId: DEMO.instanceId,
          DisableApiStop: { Value: true },
        });
        return ctx.done({});
      },
    });
    expect(await breachesOf(step)).toEqual(['NOT_HARMLESS']);
  });

  it('finds the finding’s words and secrets in commands, also inside of encoded parameters', async () => {
    const step = definePolledStep({
      id: 'acme.command',
      title: 'Sends what it must not send',
      phase: 'capture',
      provides: [],
      effect,
      actions: suspectActions('ssm:SendCommand', 'ssm:ListCommands', 'ssm:GetCommandInvocation'),
      ticket: v.object({ commandId: v.string() }),
      async start(ctx) {
        const parameters = { title: ctx.incident.finding.title, token: 'hunter2-é' };
        const script = { name: 'leaky', text: 'echo "{}"' };
        const commandId = await ctx.suspect.send(script, { parameters, timeout: { seconds: 30 } });
        return ctx.waiting({ commandId }, { seconds: 2 });
      },
      async recover(ctx) {
        const commandId = await ctx.suspect.sent();
        return commandId === null ? null : ctx.waiting({ commandId }, { seconds: 2 });
      },
      async poll(ctx, { commandId }) {
        const result = await ctx.suspect.result(commandId);
        return result.status === 'running' ? ctx.waiting({ commandId }, { seconds: 2 }) : ctx.done({});
      },
    });
    expect(await breachesOf(step, { secrets: ['hunter2-é'] })).toEqual([
      'FINDING_IN_COMMAND',
      'SECRET_IN_COMMAND',
    ]);
  });

  it('finds an undo that fails', async () => {
    const step = defineStep({
      id: 'acme.undo',
      title: 'Changes what it cannot change back',
      phase: 'contain',
      provides: [],
      effect,
      actions: suspectActions('ec2:DescribeInstances'),
      saves: v.object({}),
      async before(ctx) {
        await ctx.suspectAccount.call(ec2.DescribeInstances, {});
        return {};
      },
      start: async (ctx) => ctx.done({}),
      undo: () => Promise.reject(new Error('no way back')),
    });
    expect(await breachesOf(step)).toEqual(['UNDO_FAILS']);
  });

  it('sees calls of a host that bypass the host', async () => {
    const step = defineStep({
      id: 'acme.bypass',
      title: 'Sends a command by itself',
      phase: 'capture',
      provides: [],
      effect,
      actions: suspectActions('ssm:SendCommand'),
      async start(ctx) {
        await ctx.suspectAccount.call(ssm.SendCommand, {
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: [ctx.suspect.instanceId],
          Parameters: { commands: [`echo '${ctx.incident.finding.description}'`] },
        });
        return ctx.done({});
      },
    });
    expect(await breachesOf(step)).toEqual(['FINDING_IN_COMMAND']);
  });
});
