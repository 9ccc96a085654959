import type { Handlers } from '../simulation/service.js';
import { demand } from './access.js';
import { s3Error } from './errors.js';
import { bucketOf, callerOf, type S3Sdk } from './sdk-call.js';
import { findVersion } from './versions.js';

type Names = 'PutObjectRetention' | 'GetObjectRetention' | 'PutObjectLegalHold' | 'GetObjectLegalHold';

export const lockHandlers: Handlers<S3Sdk, Names> = {
  PutObjectRetention: (call) => {
    const { Key: key = '', VersionId, Retention: wanted, BypassGovernanceRetention } = call.input;
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:PutObjectRetention', key });
    if (bucket.objectLock === undefined) throw s3Error.notLockable();
    const version = findVersion(bucket, key, VersionId);
    const { Mode: mode, RetainUntilDate: until } = wanted ?? {};
    if (mode === undefined || until === undefined) throw s3Error.malformed();
    const before = version.retention;
    const weaker =
      before !== undefined &&
      before.until > call.world.now() &&
      (until < before.until || mode !== before.mode);
    const strengthened = before?.mode === 'GOVERNANCE' && mode === 'COMPLIANCE' && until >= before.until;
    if (weaker && !strengthened) {
      if (before.mode === 'COMPLIANCE' || BypassGovernanceRetention !== true) throw s3Error.locked();
      demand(callerOf(call), bucket, { action: 's3:BypassGovernanceRetention', key });
    }
    version.retention = { mode, until };
    return {};
  },
  GetObjectRetention: (call) => {
    const { Key: key = '', VersionId } = call.input;
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:GetObjectRetention', key });
    const { retention } = findVersion(bucket, key, VersionId);
    if (retention === undefined) throw s3Error.noSuchLock();
    return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
  },
  PutObjectLegalHold: (call) => {
    const { Key: key = '', VersionId, LegalHold } = call.input;
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:PutObjectLegalHold', key });
    if (bucket.objectLock === undefined) throw s3Error.notLockable();
    findVersion(bucket, key, VersionId).legalHold = LegalHold?.Status === 'ON';
    return {};
  },
  GetObjectLegalHold: (call) => {
    const { Key: key = '', VersionId } = call.input;
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:GetObjectLegalHold', key });
    return { LegalHold: { Status: findVersion(bucket, key, VersionId).legalHold ? 'ON' : 'OFF' } };
  },
};
