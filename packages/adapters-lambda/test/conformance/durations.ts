import { compileOrThrow, definePolledStep, IncidentPipeline, type Phase } from '@cordon/core';
import * as v from 'valibot';

/** What of an incident takes how long in AWS and on hosts, in seconds, on a server of 32 GiB with 200 GiB of disks. */
export const TYPICAL = {
  isolate: 4,
  verify: 8,
  dump: 1_500,
  triage: 25,
  stop: 60,
  complete: 1_900,
  copy: 1_200,
  launch: 90,
  attach: 45,
  'analyse-disk': 700,
  'analyse-memory': 420,
  report: 10,
} as const;

export type Part = keyof typeof TYPICAL;
export type Durations = Readonly<Record<Part, number>>;

/** A step is free to look as often as it likes: a look costs one call. */
const SHARE_OF_ELAPSED = 0.02;
const LEAST_PAUSE_SECONDS = 5;

const Ticket = v.object({ since: v.string() });

/** Something that AWS does, and that is asked about until it is done. */
function part<const Id extends Part>(id: Id, phase: Phase, durations: Durations) {
  return definePolledStep({
    id,
    title: id,
    phase,
    provides: [],
    timeout: { hours: 40 },
    ticket: Ticket,
    async start(ctx) {
      const seconds = Math.min(LEAST_PAUSE_SECONDS, durations[id]);
      return ctx.waiting({ since: ctx.now().toISOString() }, { seconds });
    },
    async poll(ctx, ticket) {
      const elapsed = (ctx.now().getTime() - Date.parse(ticket.since)) / 1000;
      if (elapsed >= durations[id]) return ctx.done({});
      return ctx.waiting(ticket, { seconds: Math.max(LEAST_PAUSE_SECONDS, elapsed * SHARE_OF_ELAPSED) });
    },
  });
}

/** The shape of an incident: the suspect's spine, and two examinations beside each other. */
export function incidentOf(durations: Durations) {
  const one = <const Id extends Part>(id: Id, phase: Phase) => part(id, phase, durations);
  return IncidentPipeline.create('makespan', { captureWindow: { hours: 10 } })
    .use(one('isolate', 'contain'))
    .use(one('verify', 'contain'), { after: ['isolate'] })
    .use(one('triage', 'capture'))
    .use(one('dump', 'capture'))
    .use(one('stop', 'seal'))
    .use(one('complete', 'examine'), { after: ['isolate'] })
    .use(one('copy', 'examine'), { after: ['complete'] })
    .use(one('launch', 'examine'), { after: ['isolate'] })
    .use(one('attach', 'examine'), { after: ['copy', 'launch'] })
    .use(one('analyse-disk', 'examine'), { after: ['attach'] })
    .use(one('analyse-memory', 'examine'), { after: ['dump'] })
    .use(one('report', 'report'));
}

/** Seconds that the incident takes at least: along the longest way through the plan. */
export function criticalPath(durations: Durations): number {
  const ends = new Map<string, number>();
  for (const { step, predecessors } of compileOrThrow(incidentOf(durations)).steps) {
    const from = Math.max(0, ...predecessors.map((id) => ends.get(id) ?? 0));
    // The ids are the parts.
    ends.set(step.id, from + durations[step.id as Part]);
  }
  return Math.max(...ends.values());
}

/** The same things as a machine of hand-ordered states does them: one after the other, looked at every minute. */
export function serialMachine(durations: Durations): number {
  const order: readonly (readonly Part[])[] = [
    ['dump'],
    ['isolate'],
    ['complete', 'copy'],
    ['launch'],
    ['attach'],
    ['analyse-disk'],
    ['analyse-memory'],
    ['stop'],
  ];
  const seconds = order.map((parts) => parts.reduce((sum, id) => sum + durations[id], 0));
  return seconds.reduce((sum, taken) => sum + Math.ceil(taken / 60) * 60, 0);
}
