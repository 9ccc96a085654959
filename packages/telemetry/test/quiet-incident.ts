import {
  defineStep,
  type Environment,
  type Finding,
  IncidentPipeline,
  type IncidentRun,
  memoryJournal,
  StepFailure,
  startIncident,
} from '@cordon/core';
import { VirtualClock } from '../../testkit/src/clock.js';

const FINDING: Finding = {
  source: 'manual',
  id: 'finding-1',
  type: 'Manual',
  title: 'A person said so',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: {
    instanceId: 'i-0f3a9c51d2b7e8460',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  remote: { addresses: [], domains: [], ports: [] },
};

export const OPENED_AT = new Date('2026-11-20T03:35:00Z');

function refuse(): never {
  throw new Error('no AWS here');
}

function environmentAt(clock: VirtualClock): Environment {
  const account = { region: 'eu-west-1', partition: 'aws', principal: refuse, call: refuse, presign: refuse };
  return {
    clock,
    evidence: {
      async put(_incident, { path, body, mediaType, acquiredBy, origin }) {
        const sizeBytes = String(body).length;
        const common = { path, mediaType, acquiredBy, origin, sizeBytes };
        return {
          ...common,
          uri: `memory:${path}`,
          sha256: '0'.repeat(64),
          storedAt: OPENED_AT.toISOString(),
        };
      },
      adopt: refuse,
      open: refuse,
      check: refuse,
    },
    account: (role) => ({ id: role, ...account }),
    remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
  };
}

interface Behaviour {
  readonly phase: 'contain' | 'capture' | 'report';
  readonly seconds: number;
  readonly fails?: string;
  readonly puts?: string;
}

function step<const Id extends string>(id: Id, { phase, seconds, fails, puts }: Behaviour) {
  return defineStep({
    id,
    title: id,
    phase,
    provides: [],
    timeout: { hours: 1 },
    callTimeout: { minutes: 50 },
    async start(ctx) {
      await ctx.sleep({ seconds });
      const kind = { mediaType: 'text/plain', acquiredBy: 'cordon', origin: 'test' } as const;
      if (puts !== undefined) await ctx.evidence.put({ path: 'a.txt', body: puts, ...kind });
      if (fails !== undefined) throw StepFailure.permanent(fails, 'password=hunter22');
      return ctx.done({});
    },
  });
}

/** Contained after 12 s, closed after 72. */
const pipeline = IncidentPipeline.create('measured')
  .use(step('isolate', { phase: 'contain', seconds: 12 }))
  .use(step('deny', { phase: 'contain', seconds: 5 }))
  .use(step('dump', { phase: 'capture', seconds: 60, puts: 'twelve bytes', fails: 'DISK_FULL' }))
  .use(step('report', { phase: 'report', seconds: 0 }));

export function quietIncident() {
  const clock = new VirtualClock(OPENED_AT);
  const journal = memoryJournal();
  const environment = environmentAt(clock);
  const start = (): IncidentRun => startIncident(pipeline, FINDING, { journal, environment });
  return { clock, journal, start, pipeline, finding: FINDING, host: { journal, environment } };
}
