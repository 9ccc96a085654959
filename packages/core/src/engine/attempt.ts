import { unlessAborted } from './deadline.js';
import { milliseconds } from './duration.js';
import type { Engagement } from './engagement.js';
import { factsFor, validated } from './fact-values.js';
import type { HostLimits } from './host-limits.js';
import type { Step } from './step.js';
import { stepContext } from './step-context.js';

/** One call of a step's code, with all that it is given. */
export interface Attempt {
  readonly engagement: Engagement;
  readonly step: Step;
  readonly attempt: number;
  readonly generation: number;
  readonly deadline: Date;
  readonly limits: HostLimits;
  readonly signal: AbortSignal;
}

const ENDINGS = {
  done: (facts: unknown) => ({ status: 'done', facts }),
  waiting: (ticket: unknown, after: object) => ({ status: 'waiting', ticket, after }),
};

async function contextOf(attempt: Attempt): Promise<object> {
  const { engagement, step } = attempt;
  const context = { ...stepContext(engagement, attempt), ...ENDINGS };
  const saved = engagement.saved(step.id);
  if (saved === undefined || step.run.saves === undefined) return context;
  const before = await validated(step.run.saves, saved, {
    code: 'SAVED_STATE_INVALID',
    name: `what step '${step.id}' saved`,
  });
  return { ...context, before };
}

async function ticketOf({ engagement, step }: Attempt): Promise<unknown> {
  const { ticket } = engagement.state.step(step.id);
  if (step.run.ticket === undefined) return ticket;
  return validated(step.run.ticket, ticket, { code: 'TICKET_INVALID', name: `ticket of step '${step.id}'` });
}

/** How long `start` and the calls like it may take: no longer than their process. */
export function callDeadline(engagement: Engagement, step: Step, { endsAt }: HostLimits): Date {
  const own = engagement.now().getTime() + milliseconds(step.callTimeout);
  return new Date(Math.min(own, endsAt?.getTime() ?? own));
}

/** Calls `before`; what it saves, as its schema has it. */
export async function callBefore(attempt: Attempt): Promise<unknown> {
  const { step, engagement, signal } = attempt;
  const facts = await factsFor(engagement, step);
  const saved = await unlessAborted(
    Promise.resolve(step.run.before?.(await contextOf(attempt), facts)),
    signal,
  );
  if (step.run.saves === undefined) return saved;
  return validated(step.run.saves, saved, {
    code: 'SAVED_STATE_INVALID',
    name: `what step '${step.id}' saves`,
  });
}

export async function callStart(attempt: Attempt): Promise<unknown> {
  const { step, engagement, signal } = attempt;
  const facts = await factsFor(engagement, step);
  return unlessAborted(step.run.start(await contextOf(attempt), facts), signal);
}

export async function callPoll(attempt: Attempt): Promise<unknown> {
  const { step, engagement, signal } = attempt;
  const [facts, ticket] = await Promise.all([factsFor(engagement, step), ticketOf(attempt)]);
  return unlessAborted(Promise.resolve(step.run.poll?.(await contextOf(attempt), ticket, facts)), signal);
}

export async function callRecover(attempt: Attempt): Promise<unknown> {
  const { step, engagement, signal } = attempt;
  const facts = await factsFor(engagement, step);
  return unlessAborted(Promise.resolve(step.run.recover?.(await contextOf(attempt), facts)), signal);
}

export async function callCancel(attempt: Attempt): Promise<void> {
  const { step, engagement, signal } = attempt;
  const [facts, ticket] = await Promise.all([factsFor(engagement, step), ticketOf(attempt)]);
  await unlessAborted(Promise.resolve(step.run.cancel?.(await contextOf(attempt), ticket, facts)), signal);
}
