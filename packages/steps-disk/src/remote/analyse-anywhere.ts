import { type BaseContext, StepFailure } from '@cordon/core';
import { withHint } from './hints.js';
import { choosePlace, type Place } from './place.js';
import { afterAnalysis, keepResults, send, sentBefore } from './stages.js';
import type { Ended, Subject } from './subject.js';
import type { RemoteTicket } from './ticket.js';

function weigh(ctx: BaseContext, subject: Subject): Place {
  const { limits, attempt } = ctx;
  const evidenceBytes = subject.evidence.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { bytesPerSecond, remote: options } = subject;
  return choosePlace({ evidenceBytes, bytesPerSecond, limits, attempt, now: ctx.now(), options });
}

function tellPlace(ctx: BaseContext, { what }: Subject, text: string): void {
  ctx.notice('ANALYSIS_PLACE', text);
  ctx.log.info(`${what} are analysed ${text}`);
}

/** Nobody else does it: as far as the time of this process goes, rather than not at all. */
async function insteadHere(
  ctx: BaseContext,
  subject: Subject,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<Ended> {
  const { fitsHere } = weigh(ctx, subject);
  ctx.notice(code, withHint(code, message));
  tellPlace(ctx, subject, `here, ${fitsHere ? 'where it fits' : 'as far as the time allows'}: ${code}`);
  return { analysed: await subject.here(fitsHere ? 'whole' : 'as-far-as-time-allows') };
}

/** What the instance cannot do is done here; what may pass is left to the engine. */
async function orInsteadHere<Next>(ctx: BaseContext, subject: Subject, there: () => Promise<Next>) {
  try {
    return await there();
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent') throw error;
    // A host that goes has ended the call: the instance is not to blame.
    ctx.signal.throwIfAborted();
    return insteadHere(ctx, subject, error);
  }
}

/** Chooses where, says so, and does it here or has it begun there. */
export async function begin(ctx: BaseContext, subject: Subject): Promise<Ended | RemoteTicket> {
  const { host } = subject;
  const before = host === undefined ? null : await sentBefore(ctx, host);
  if (before !== null) return { stage: 'analysing', commandId: before };
  const { at, because } = weigh(ctx, subject);
  if (at === 'here') {
    tellPlace(ctx, subject, `here: ${because}`);
    return { analysed: await subject.here('whole') };
  }
  if (host === undefined) {
    const message = `there is no forensic instance to do it, and ${because}`;
    return insteadHere(ctx, subject, { code: 'NO_FORENSIC_INSTANCE', message });
  }
  const order = await subject.order();
  if (order === undefined) {
    const message = `some of the rules are code of this process, and ${because}`;
    return insteadHere(ctx, subject, { code: 'RULES_NOT_PORTABLE', message });
  }
  tellPlace(ctx, subject, `on the forensic instance ${host.instanceId}: ${because}`);
  return orInsteadHere<Ended | RemoteTicket>(ctx, subject, async () => ({
    stage: 'analysing',
    commandId: await send(ctx, { ...subject, host }, JSON.stringify(order)),
  }));
}

/** Looks at what runs there: the same ticket, the next one, or the results. */
export function goOn(
  ctx: BaseContext,
  ticket: RemoteTicket,
  subject: Subject,
): Promise<Ended | RemoteTicket> {
  const { host = { instanceId: '', imageId: '' } } = subject;
  return orInsteadHere<Ended | RemoteTicket>(ctx, subject, async () => {
    const there = { ...subject, host };
    if (ticket.stage === 'analysing') return afterAnalysis(ctx, ticket, there);
    return (await keepResults(ctx, ticket, there)) ?? ticket;
  });
}
