import type { Account } from './account.js';
import type { EvidenceStore } from './artifact.js';
import type { Clock } from './clock.js';
import type { Suspect } from './finding.js';
import type { RemoteHost } from './remote-host.js';

/** Which of the two accounts. */
export type AccountRole = 'suspect' | 'security';

/** What a session is for. */
export interface SessionPurpose {
  /** Of the incident. */
  readonly id: string;
  readonly suspect: Suspect;
  /** The person on whose word is acted, when one was asked: AWS is told, as `SourceIdentity`. */
  readonly approver?: string;
}

/** The world outside, as the engine needs it. `awsEnvironment` of `@cordon/core/aws` makes the real one. */
export interface Environment {
  readonly clock: Clock;
  readonly evidence: EvidenceStore;
  /** A session for this incident; asked once per incident, role and approver. */
  account(role: AccountRole, incident: SessionPurpose): Account;
  /** A host behind SSM, reached with that account's session; commands carry `key`. */
  remoteHost(account: Account, instanceId: string, key: string): RemoteHost;
}
