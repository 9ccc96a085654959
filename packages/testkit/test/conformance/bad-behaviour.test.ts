import { definePolledStep, defineStep } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DEMO } from '../../src/index.js';
import { breachesOf, effect, suspectActions } from './planted-steps.js';

describe('assertStepConforms', () => {
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
