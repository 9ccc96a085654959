import type { Clock } from '../engine/clock.js';
import { type Duration, milliseconds } from '../engine/duration.js';

/** How long S3 Object Lock keeps a version from being overwritten or deleted. */
export interface Retention {
  readonly for: Duration;
  /**
   * `GOVERNANCE` (default) can be lifted by whoever may bypass it; `COMPLIANCE` by nobody, not even by the account's
   * root, until the time is over.
   */
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE';
  /**
   * `ON`: nobody deletes it, also after the time is over and whoever may bypass governance, until somebody takes the
   * hold off. Needs `s3:PutObjectLegalHold`. Default: none.
   */
  readonly legalHold?: 'ON';
}

/** As PutObject, CopyObject and CreateMultipartUpload take it. */
export interface LockFields {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE';
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: 'ON';
}

export function lockFields(retention: Retention | undefined, clock: Clock): LockFields {
  if (retention === undefined) return {};
  return {
    ObjectLockMode: retention.mode ?? 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(clock.now().getTime() + milliseconds(retention.for)),
    ...(retention.legalHold === undefined ? {} : { ObjectLockLegalHoldStatus: retention.legalHold }),
  };
}
