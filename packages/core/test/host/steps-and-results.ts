import type { Entry } from '../../src/engine/entry.js';
import { defineStep } from '../../src/engine/step.js';
import type { IncidentResult } from '../../src/host/run-incident.js';
import type { engineWorld } from './world.js';

export const contain = defineStep({
  id: 'contain',
  title: 'Contains',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});

export function closed(result: IncidentResult) {
  if (result.status !== 'closed') throw new Error('the run joined another one');
  return result;
}

export function stepOf(result: IncidentResult, id: string) {
  return closed(result).steps.find((step) => step.id === id);
}

export async function entriesOf(
  world: ReturnType<typeof engineWorld>,
  result: IncidentResult,
): Promise<readonly Entry[]> {
  return (await world.journal.open(result.incidentId)).read();
}
