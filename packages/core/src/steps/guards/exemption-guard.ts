import type { Suspect } from '../../engine/finding.js';
import { defineGuard } from '../../engine/guard.js';

/**
 * What is never contained automatically. From the security account's own configuration: tags on the suspect are the
 * intruder's to write.
 */
export interface Exemptions {
  /** `i-...` */
  readonly instances?: readonly string[];
  /** Twelve digits. */
  readonly accounts?: readonly string[];
  /** Of instances; a `*` at the end stands for anything. */
  readonly arns?: readonly string[];
}

function arnOf({ partition, region, account, instanceId }: Suspect): string {
  return `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`;
}

function matches(pattern: string, arn: string): boolean {
  return pattern.endsWith('*') ? arn.startsWith(pattern.slice(0, -1)) : arn === pattern;
}

/** Why the suspect is exempt; undefined when it is not. */
export function exemptionOf(exemptions: Exemptions, suspect: Suspect): string | undefined {
  const { instances = [], accounts = [], arns = [] } = exemptions;
  if (instances.includes(suspect.instanceId)) return `instance ${suspect.instanceId} is exempt`;
  if (accounts.includes(suspect.account)) return `account ${suspect.account} is exempt`;
  const pattern = arns.find((one) => matches(one, arnOf(suspect)));
  return pattern === undefined ? undefined : `${pattern} is exempt`;
}

/** Says no to what the configuration exempts. */
export function exemptionGuard(exemptions: Exemptions) {
  return defineGuard({
    id: 'guard.exemption',
    title: 'Leaves alone what the configuration exempts',
    onFailure: 'refuse',
    async check(ctx, { suspect }) {
      const exempt = exemptionOf(exemptions, suspect);
      return exempt === undefined ? ctx.allow('nothing exempts it') : ctx.refuse(exempt);
    },
  });
}
