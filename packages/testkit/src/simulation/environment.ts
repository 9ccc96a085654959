import type { Environment, EvidenceStore } from '@cordon/core';
import { awsEnvironment } from '@cordon/core/aws';
import { s3Endpoint } from '../s3/endpoint.js';
import { ADMINISTRATOR_ACCESS, type PolicyDocument } from './iam/policy.js';
import { addRole, rolesOf } from './iam/roles.js';
import type { SimulatedWorld } from './world.js';

export interface WorldEnvironmentOptions {
  /** Twelve digits. */
  readonly suspectAccount: string;
  readonly securityAccount: string;
  readonly evidence: EvidenceStore;
  /** `cordon-demo` unless told. */
  readonly externalId?: string;
  /** The responder's role in the suspect account: `CordonResponder` unless told; made when it is not there. */
  readonly responderRole?: string;
  /** A role in the security account; its administrator's own keys unless told. */
  readonly securityRole?: string;
  readonly sourceIdentity?: string;
}

/** Who may assume the responder's role: the security account, with the external id. */
export function trustAccount(account: string, externalId: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  };
}

/** The real `awsEnvironment` over a world: its clock, keys of its security account, its S3 on loopback. */
export async function environmentOf(
  world: SimulatedWorld,
  options: WorldEnvironmentOptions,
): Promise<Environment> {
  const { suspectAccount, securityAccount, evidence, sourceIdentity } = options;
  const { externalId = 'cordon-demo', responderRole = 'CordonResponder', securityRole } = options;
  const suspect = world.account(suspectAccount);
  if (!rolesOf(suspect).has(responderRole)) {
    const trust = trustAccount(securityAccount, externalId);
    addRole(suspect, { name: responderRole, trust, policies: { all: ADMINISTRATOR_ACCESS } });
  }
  const base = world.account(securityAccount).credentials();
  const { url } = await s3Endpoint(world);
  return awsEnvironment({
    clock: world.clock,
    evidence,
    credentials: async () => base,
    clientDefaults: { s3: { endpoint: url, forcePathStyle: true } },
    suspect: { roleArn: `arn:aws:iam::${suspectAccount}:role/${responderRole}`, externalId },
    security: {
      account: securityAccount,
      ...(securityRole === undefined
        ? {}
        : { roleArn: `arn:aws:iam::${securityAccount}:role/${securityRole}` }),
    },
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  });
}
