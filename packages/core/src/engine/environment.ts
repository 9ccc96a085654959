import type { Account } from './account.js';
import type { EvidenceStore } from './artifact.js';
import type { Clock } from './clock.js';
import type { Suspect } from './finding.js';
import type { RemoteHost } from './remote-host.js';

/** Which of the two accounts. */
export type AccountRole = 'suspect' | 'security';

/** The world outside, as the engine needs it. `awsEnvironment` of `@cordon/core/aws` makes the real one. */
export interface Environment {
  readonly clock: Clock;
  readonly evidence: EvidenceStore;
  /** A session for this incident; asked once per incident and role. */
  account(role: AccountRole, incident: { readonly id: string; readonly suspect: Suspect }): Account;
  /** A host behind SSM, reached with that account's session; commands carry `key`. */
  remoteHost(account: Account, instanceId: string, key: string): RemoteHost;
}
