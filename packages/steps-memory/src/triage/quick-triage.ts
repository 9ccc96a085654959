import { defineFact, defineStep } from '@cordon/core';
import { instance, isCode } from '@cordon/core/steps';
import * as v from 'valibot';
import { whyNotReachable } from '../host/reachable.js';
import { QUICK_TRIAGE } from './triage-script.js';

/** That a quick triage was sent, and where the host keeps what it takes. */
export const QuickTriageSchema = v.object({
  /** Null: SSM does not reach the host. */
  commandId: v.nullable(v.string()),
  /** Names the folder on the host. */
  key: v.string(),
});
export type QuickTriage = v.InferOutput<typeof QuickTriageSchema>;
export const quickTriageFact = defineFact('quickTriage', QuickTriageSchema);

/**
 * Has the host keep its sockets, processes and modules in its own memory, before it is cordoned off: many implants wipe
 * themselves when they lose their controller. Ends when SSM has accepted the command; `liveTriage` brings the result
 * home. A host that cannot be reached is a notice, not a failure: nothing waits for this step.
 */
export function quickTriage() {
  return defineStep({
    id: 'live.quick-triage',
    title: 'Has the host keep its sockets, processes and modules before it is cordoned off',
    phase: 'protect',
    harmless: true,
    wants: [instance],
    provides: [quickTriageFact],
    actions: { suspect: ['ssm:SendCommand', 'ssm:ListCommands'] },
    effect: {
      summary: 'A few seconds of one processor; a folder under /run until the live triage takes it.',
      reversible: 'yes',
    },
    async start(ctx, facts) {
      const done = (commandId: string | null) => ctx.done({ quickTriage: { commandId, key: ctx.key } });
      const why = whyNotReachable({ instance: facts.instance });
      if (why !== undefined) {
        ctx.notice('QUICK_TRIAGE_SKIPPED', `${why.code}: ${why.message}`);
        return done(null);
      }
      try {
        return done(await ctx.suspect.send(QUICK_TRIAGE, { timeout: { minutes: 2 } }));
      } catch (error) {
        if (!isCode(error, 'InvalidInstanceId')) throw error;
        ctx.notice('QUICK_TRIAGE_SKIPPED', 'SSM does not reach the instance');
        return done(null);
      }
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent();
      return commandId === null ? null : ctx.done({ quickTriage: { commandId, key: ctx.key } });
    },
  });
}
