import type { Account } from '../engine/account.js';
import type { EvidenceStore } from '../engine/artifact.js';
import { type Clock, systemClock } from '../engine/clock.js';
import type { AccountRole, Environment, SessionPurpose } from '../engine/environment.js';
import { AgentPulse } from './agent-pulse.js';
import type { ClientDefaults } from './client.js';
import type { CredentialProvider } from './credentials.js';
import { ssmHost } from './remote-host.js';
import { awsSessions } from './sessions.js';

export interface AwsEnvironmentOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  readonly evidence: EvidenceStore;
  readonly suspect: {
    /** The responder's role in the suspect account. */
    readonly roleArn: string | ((account: string) => string);
    readonly externalId?: string;
  };
  readonly security: {
    readonly account: string;
    /** Default: the suspect's region. */
    readonly region?: string;
    /** Default: the base credentials themselves. */
    readonly roleArn?: string;
    readonly externalId?: string;
  };
  /** Default: the SDK's provider chain. */
  readonly credentials?: CredentialProvider;
  readonly clientDefaults?: ClientDefaults;
  /** The person behind the run: `SourceIdentity` of every session that no approver stands behind. */
  readonly sourceIdentity?: string;
}

/** The real world: AWS sessions per account and region, hosts through SSM. */
export function awsEnvironment(options: AwsEnvironmentOptions): Environment {
  const { clock = systemClock, suspect, security, credentials, clientDefaults, sourceIdentity } = options;
  const sessions = awsSessions({
    clock,
    ...(credentials === undefined ? {} : { credentials }),
    ...(clientDefaults === undefined ? {} : { clientDefaults }),
  });

  function suspectTarget(account: string) {
    const { roleArn, externalId } = suspect;
    return {
      account,
      roleArn: typeof roleArn === 'string' ? roleArn : roleArn(account),
      ...(externalId === undefined ? {} : { externalId }),
    };
  }

  function account(role: AccountRole, incident: SessionPurpose): Account {
    const { suspect: of, approver } = incident;
    const { region } = of;
    return sessions.session({
      region,
      incidentId: incident.id,
      ...(role === 'suspect' ? suspectTarget(of.account) : security),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      ...(approver === undefined ? {} : { approver }),
    });
  }

  const pulse = new AgentPulse(clock);
  return {
    clock,
    evidence: options.evidence,
    account,
    remoteHost: (session, instanceId, key) => ssmHost({ account: session, instanceId, key, clock, pulse }),
  };
}
