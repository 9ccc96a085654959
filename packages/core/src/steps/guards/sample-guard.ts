import { defineGuard } from '../../engine/guard.js';

/** The instance of GuardDuty's sample findings. */
const SAMPLE_INSTANCE = 'i-99999999';

/** Says no to sample findings: somebody tries the wiring, and nothing has happened. */
export function sampleGuard() {
  return defineGuard({
    id: 'guard.sample',
    title: 'Leaves alone what a sample finding names',
    onFailure: 'refuse',
    async check(ctx, { finding }) {
      return finding.sample || finding.suspect.instanceId === SAMPLE_INSTANCE
        ? ctx.refuse('this is a sample finding')
        : ctx.allow('the finding is not a sample');
    },
  });
}
