// What the engine itself costs a step: steps that do nothing, with the journal in memory and in fsync'd files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyPipeline,
  defineFact,
  defineStep,
  type Environment,
  type Finding,
  fileJournal,
  IncidentPipeline,
  type JournalProvider,
  memoryJournal,
  runIncident,
  systemClock,
} from '@cordon/core';
import * as v from 'valibot';

const STEPS = 60;
const RUNS = 21;

const finding: Finding = {
  source: 'manual',
  id: 'bench',
  type: 'Manual',
  title: 'Bench',
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

function refuse(): never {
  throw new Error('a benchmark of the engine calls no AWS');
}

const environment: Environment = {
  clock: systemClock,
  evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
  account: (role) => ({
    id: role,
    region: 'x',
    partition: 'aws',
    principal: refuse,
    call: refuse,
    presign: refuse,
  }),
  remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
};

/** Sixty steps, each of which wants the fact of the one before: a chain, so that nothing runs beside them. */
function chain(): AnyPipeline {
  const used = Array.from({ length: STEPS }, (_, index) => {
    const before = defineFact(`f${index - 1}`, v.number());
    const own = defineFact(`f${index}`, v.number());
    const step = defineStep({
      id: `s${index}`,
      title: 'Does nothing',
      phase: 'examine',
      wants: index === 0 ? [] : [before],
      provides: [own],
      start: async (ctx) => ctx.done({ [`f${index}`]: index }),
    });
    return { step, after: [] };
  });
  return IncidentPipeline.fromSteps('bench', used);
}

async function msPerStep(journal: () => JournalProvider): Promise<number> {
  const pipeline = chain();
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const options = { journal: journal(), environment };
    const began = performance.now();
    await runIncident(pipeline, finding, options);
    times.push((performance.now() - began) / STEPS);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
let run = 0;
console.log(
  `engine, memory journal: ${(await msPerStep(memoryJournal)).toFixed(3)} ms a step (median of ${RUNS} runs of ${STEPS} steps)`,
);
console.log(
  `engine, file journal: ${(await msPerStep(() => fileJournal({ directory: join(folder, String(run++)) }))).toFixed(3)} ms a step (fsync, on ${folder})`,
);
rmSync(folder, { recursive: true });
