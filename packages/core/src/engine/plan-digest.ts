import { createHash } from 'node:crypto';
import { type Plan, plannedSteps } from './compile.js';

/**
 * SHA-256 over what `opened` keeps of a plan: the pipeline's name; ids, versions, phases and order of its steps. A yes is
 * for one plan: `cordon plan` shows its digest.
 */
export function planDigest(plan: Plan): string {
  const steps = plannedSteps(plan).map(({ id, version, phase, predecessors }) => [
    id,
    version,
    phase,
    predecessors,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([plan.pipeline, steps]))
    .digest('hex');
}
