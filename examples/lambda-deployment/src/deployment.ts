import { type App, BootstraplessSynthesizer, type IStackSynthesizer, Tags } from 'aws-cdk-lib';
import { cdkInterface } from './security/cdk-interface.ts';
import { PREPARER, RESPONDERS, TRIGGER } from './security/functions.ts';
import { SecurityStack } from './security/security-stack.ts';
import type { Settings } from './settings.ts';
import { SuspectStack } from './suspect/suspect-stack.ts';

/** Both stacks: one for the security account, and the template of the suspect accounts' StackSet. */
export function deployment(app: App, settings: Settings) {
  const env = { account: settings.securityAccount, region: settings.region };
  const security = new SecurityStack(app, 'CordonSecurity', {
    env,
    description: 'Cordon: findings in, incidents through, evidence kept',
    terminationProtection: true,
    settings,
  });
  const ofSecurity = (name: string) =>
    `arn:${security.partition}:iam::${settings.securityAccount}:role/${name}`;
  const suspect = new SuspectStack(app, 'CordonSuspect', {
    description: 'Cordon: the roles that look for instances of this account, and contain them',
    // A StackSet takes one template and no assets: no bootstrap in the suspect accounts.
    synthesizer: cdkInterface<IStackSynthesizer>(new BootstraplessSynthesizer()),
    responderArns: Object.values(RESPONDERS).map(ofSecurity),
    triggerArn: ofSecurity(TRIGGER),
    preparerArn: ofSecurity(PREPARER),
    region: settings.region,
    externalId: settings.externalId,
    policies: security.policies,
  });
  for (const stack of [security, suspect]) Tags.of(stack).add('application', 'cordon');
  return { security, suspect };
}
