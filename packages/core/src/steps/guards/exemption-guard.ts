import { defineGuard } from '../../engine/guard.js';
import type { GuardDefault } from '../../engine/step.js';
import {
  type ExemptionSource,
  type Exemptions,
  exemptionActions,
  exemptionOf,
  readExemptions,
} from './exemptions.js';

export interface ExemptionOptions extends Exemptions {
  /** A list that the security account keeps, beside the one given here; read at every incident. */
  readonly from?: ExemptionSource;
  /** What counts when that list cannot be read. Default `refuse`: a person decides. */
  readonly onFailure?: GuardDefault;
}

/**
 * Says no to what the security account's configuration exempts: by id, account or ARN, never by a tag.
 *
 * @example
 * exemptionGuard({ accounts: ['222233334444'], from: { parameter: '/cordon/exemptions' } });
 */
export function exemptionGuard(options: ExemptionOptions) {
  const { from, onFailure = 'refuse' } = options;
  return defineGuard({
    id: 'guard.exemption',
    title: 'Leaves alone what the configuration exempts',
    onFailure,
    actions: exemptionActions(from),
    async check(ctx, { suspect }) {
      const here = exemptionOf(options, suspect);
      if (here !== undefined) return ctx.refuse(here);
      const listed = from === undefined ? {} : await readExemptions(ctx.securityAccount, from);
      const there = exemptionOf(listed, suspect);
      return there === undefined ? ctx.allow('nothing exempts it') : ctx.refuse(there);
    },
  });
}
