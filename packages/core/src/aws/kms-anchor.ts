import { createHash } from 'node:crypto';
import { StepFailure } from '../engine/failure.js';
import type { Anchor } from '../host/anchors.js';
import { headsStatement } from '../journal/signed-heads.js';
import { kms } from './operations.js';

export interface KmsAnchorOptions {
  /** An asymmetric key of the security account: SIGN_VERIFY, ECC_NIST_P256. Its ARN, so that an alias that was moved is no other key. */
  readonly keyArn: string;
}

/** What the security account's role needs for it. */
export const KMS_ANCHOR_ACTIONS = ['kms:Sign'] as const;

/**
 * Signs the journal's heads with a KMS key at contain, seal and close. Whoever rewrites the journal afterwards cannot
 * sign what he has written: `verifyJournal(..., { publicKey })` finds it.
 *
 * @example
 * const run = startIncident(pipeline, finding, { journal, environment, anchors: [kmsAnchor({ keyArn })] });
 */
export function kmsAnchor({ keyArn }: KmsAnchorOptions): Anchor {
  return {
    name: 'kms',
    async publish(incidentId, heads, { moment, securityAccount }) {
      const statement = headsStatement(incidentId, moment, heads);
      const { Signature } = await securityAccount.call(kms.Sign, {
        KeyId: keyArn,
        Message: createHash('sha256').update(statement, 'utf8').digest(),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      if (Signature === undefined) throw StepFailure.permanent('NO_SIGNATURE', 'KMS answered without one');
      const value = Buffer.from(Signature).toString('base64');
      return { where: keyArn, signature: { algorithm: 'ECDSA_SHA_256', value } };
    },
  };
}
