import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep } from '../../engine/step.js';
import { isCode } from '../calls/failures.js';
import { DENIAL_READS, denialStands } from '../contain/denial-stands.js';
import { putDenial } from '../contain/deny-role.js';
import { type Drift, observeDrift } from '../contain/drift.js';
import { READ_BACK_ACTIONS, readBack } from '../contain/read-back.js';
import {
  type Quarantine,
  quarantine,
  type RoleDenial,
  recheckedContainment,
  roleDenial,
} from '../containment-facts.js';

async function recheckNetwork(ctx: SuspectContext, made: Quarantine | undefined): Promise<readonly Drift[]> {
  if (made === undefined) return [];
  try {
    return (await readBack(ctx, made)).drift;
  } catch (error) {
    if (isCode(error, 'CONTAINMENT_NOT_VERIFIED'))
      observeDrift(
        ctx,
        [{ entity: `instance:${ctx.incident.suspect.instanceId}`, what: error.message }],
        'left-open',
      );
    throw error;
  }
}

async function recheckRole(ctx: SuspectContext, denial: RoleDenial | undefined): Promise<readonly Drift[]> {
  const { roleName, policyName, policyArn } = denial ?? {};
  if (roleName === undefined || policyName === undefined) return [];
  if (await denialStands(ctx, { roleName, policyArn }, 'all-but-agent')) return [];
  await putDenial(ctx, { roleName, extent: 'all-but-agent' });
  return [{ entity: `role:${roleName}`, what: `the policy that denies ${roleName} was gone or another` }];
}

/**
 * Reads the containment back once capture no longer needs the suspect, hours after it was verified. What differs is
 * observed and put right, three times at most; what differs again and again is a critical observation, and the step
 * fails. Comes before `seal`, which then closes what is left.
 *
 * @throws StepFailure `CONTAINMENT_NOT_VERIFIED` when somebody undoes it as fast as it is put right
 */
export function recheckContainment() {
  return defineStep({
    id: 'seal.recheck',
    title: 'Reads the containment back once more, and puts right what has drifted',
    phase: 'seal',
    needs: [finding, suspect],
    wants: [quarantine, roleDenial],
    provides: [recheckedContainment],
    timeout: { minutes: 3 },
    actions: { suspect: [...new Set([...READ_BACK_ACTIONS, ...DENIAL_READS])] },
    effect: { summary: 'Reads only, unless something has drifted.', reversible: 'yes' },
    async start(ctx, facts) {
      // Both, whatever is found in the first: an intruder who has undone one has thought of the other.
      const [network, role] = await Promise.allSettled([
        recheckNetwork(ctx, facts.quarantine),
        recheckRole(ctx, facts.roleDenial),
      ]);
      const drift = [network, role].flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
      observeDrift(ctx, drift, 'put-right');
      for (const end of [network, role]) if (end.status === 'rejected') throw end.reason;
      return ctx.done({
        recheckedContainment: {
          checkedAt: ctx.now().toISOString(),
          putRight: [...new Set(drift.map(({ what }) => what))],
        },
      });
    },
  });
}
