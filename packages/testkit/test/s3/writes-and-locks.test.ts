import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { Bucket, get, put } from './object-requests.js';
import { ACCOUNT, codeOf, s3World } from './s3-world.js';

describe('conditional writes', () => {
  it('let the first in and answer 412 to the second', async () => {
    const { s3 } = s3World();
    await s3.send(put('entry', 'one', { IfNoneMatch: '*' }));
    const error = await s3.send(put('entry', 'two', { IfNoneMatch: '*' })).catch((caught) => caught);
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['PreconditionFailed', 412]);
    expect(await (await s3.send(get('entry'))).Body?.transformToString()).toBe('one');
  });

  it('answer 409 to a second one that comes while the first is still sending', async () => {
    const { s3, bucket } = s3World({}, { latencyMs: [0, 0] });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = Readable.from(
      (async function* () {
        yield Buffer.from('one');
        await gate;
      })(),
    );
    const first = s3.send(put('entry', slow, { IfNoneMatch: '*' }));
    while (!bucket.busy.has('entry')) await new Promise(setImmediate);
    const error = await s3.send(put('entry', 'two', { IfNoneMatch: '*' })).catch((caught) => caught);
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['ConditionalRequestConflict', 409]);
    release();
    await first;
  });

  it('are let in again behind a delete marker, which only the list of versions shows', async () => {
    const { s3 } = s3World({ versioning: 'Enabled' });
    await s3.send(put('entry', 'one', { IfNoneMatch: '*' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'entry' }));
    await s3.send(put('entry', 'two', { IfNoneMatch: '*' }));
    const all = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([all.Versions?.length, all.DeleteMarkers?.length]).toEqual([2, 1]);
    expect(all.Versions?.[0]?.IsLatest).toBe(true);
  });

  it('follow an entity tag with IfMatch', async () => {
    const { s3 } = s3World();
    const { ETag } = await s3.send(put('a', 'one'));
    await s3.send(put('a', 'two', { IfMatch: ETag }));
    expect(await codeOf(s3.send(put('a', 'three', { IfMatch: ETag })))).toBe('PreconditionFailed');
  });
});

describe('a bucket with Object Lock', () => {
  const locked = () => s3World({ objectLock: { mode: 'GOVERNANCE', days: 30 } });

  it('locks every version by default, and refuses to delete one', async () => {
    const { s3, world } = locked();
    const { VersionId } = await s3.send(put('a', 'x'));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head.ObjectLockMode).toBe('GOVERNANCE');
    expect(head.ObjectLockRetainUntilDate?.getTime()).toBe(
      world.now().getTime() + 30 * 86_400_000 - (world.now().getTime() - (head.LastModified?.getTime() ?? 0)),
    );
    const remove = (more: object = {}) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId, ...more }));
    expect(await codeOf(remove())).toBe('AccessDenied');
    await world.clock.advance(31 * 86_400_000);
    expect(await codeOf(remove())).toBe('ok');
  });

  it('takes a delete marker all the same, and gives the version still', async () => {
    const { s3 } = locked();
    const { VersionId } = await s3.send(put('a', 'x'));
    expect(await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({
      DeleteMarker: true,
    });
    expect(await codeOf(s3.send(get('a')))).toBe('NoSuchKey');
    expect(await (await s3.send(get('a', { VersionId }))).Body?.transformToString()).toBe('x');
  });

  it('lets governance be bypassed by those who may, compliance by nobody', async () => {
    const { s3, client } = locked();
    const governed = await s3.send(put('a', 'x'));
    const mayNot = client(ACCOUNT, [
      {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 's3:BypassGovernanceRetention', Resource: '*' },
        ],
      },
    ]);
    const bypass = { Bucket, Key: 'a', VersionId: governed.VersionId, BypassGovernanceRetention: true };
    expect(await codeOf(mayNot.send(new DeleteObjectCommand(bypass)))).toBe('AccessDenied');
    expect(await codeOf(s3.send(new DeleteObjectCommand(bypass)))).toBe('ok');
    const until = new Date('2030-01-01');
    const strict = await s3.send(
      put('b', 'x', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until }),
    );
    const strictBypass = { Bucket, Key: 'b', VersionId: strict.VersionId, BypassGovernanceRetention: true };
    expect(await codeOf(s3.send(new DeleteObjectCommand(strictBypass)))).toBe('AccessDenied');
    const shorten = new PutObjectRetentionCommand({
      ...strictBypass,
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2027-01-01') },
    });
    expect(await codeOf(s3.send(shorten))).toBe('AccessDenied');
  });

  it('knows legal holds', async () => {
    const { s3 } = s3World({ objectLock: { mode: 'GOVERNANCE' } });
    const { VersionId } = await s3.send(put('a', 'x', { ObjectLockLegalHoldStatus: 'ON' }));
    expect(
      await codeOf(
        s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId, BypassGovernanceRetention: true })),
      ),
    ).toBe('AccessDenied');
  });
});

describe('who may', () => {
  const policy = (Effect: 'Allow' | 'Deny', more: object = {}) => ({
    Statement: [
      {
        Effect,
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:*',
        Resource: 'arn:aws:s3:::evidence/*',
        ...more,
      },
    ],
  });

  it('asks bucket and identity of another account, and either in its own', async () => {
    const { client, bucket } = s3World();
    expect(await codeOf(client('111122223333').send(put('a', 'x')))).toBe('AccessDenied');
    bucket.policy = policy('Allow');
    expect(await codeOf(client('111122223333').send(put('a', 'x')))).toBe('ok');
    expect(await codeOf(client('111122223333', []).send(put('a', 'x')))).toBe('AccessDenied');
    bucket.policy = policy('Deny', { Principal: '*', Action: 's3:DeleteObject*' });
    expect(await codeOf(client().send(put('a', 'x')))).toBe('ok');
    expect(await codeOf(client().send(new DeleteObjectCommand({ Bucket, Key: 'a' })))).toBe('AccessDenied');
  });

  it('lets a bucket demand conditional writes', async () => {
    const { client, bucket } = s3World();
    bucket.policy = policy('Deny', {
      Principal: '*',
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(await codeOf(client().send(put('a', 'x')))).toBe('AccessDenied');
    expect(await codeOf(client().send(put('a', 'x', { IfNoneMatch: '*' })))).toBe('ok');
  });

  it('refuses a bucket of another owner than the caller expects', async () => {
    const { s3 } = s3World();
    expect(await codeOf(s3.send(put('a', 'x', { ExpectedBucketOwner: ACCOUNT })))).toBe('ok');
    expect(await codeOf(s3.send(put('a', 'x', { ExpectedBucketOwner: '111122223333' })))).toBe(
      'AccessDenied',
    );
    const copy = { Bucket, Key: 'b', CopySource: 'evidence/a', ExpectedSourceBucketOwner: '111122223333' };
    expect(await codeOf(s3.send(new CopyObjectCommand(copy)))).toBe('AccessDenied');
  });

  it('says AccessDenied, not NoSuchKey, to those who may not list', async () => {
    const { client } = s3World();
    const reader = client(ACCOUNT, [
      { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } },
    ]);
    expect(await codeOf(reader.send(get('nothing')))).toBe('AccessDenied');
  });
});
