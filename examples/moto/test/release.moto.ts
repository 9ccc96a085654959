import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { releaseIncident, verifyJournal } from '@cordon/core';
import type { Quarantine } from '@cordon/core/steps';
import { beforeAll, describe, expect, it } from 'vitest';
import { rulesNow } from '../src/looks.ts';
import { acquisition } from '../src/pipeline.ts';
import { present } from '../src/present.ts';
import type { Scene } from '../src/scene.ts';
import { type Acquired, acquire, factOf, stateOf } from './acquired.ts';

let acquired: Acquired;
let scene: Scene;
const fact = <T>(name: string) => factOf<T>(acquired, name);

beforeAll(async () => {
  acquired = await acquire();
  scene = acquired.scene;
}, 120_000);

describe('the evidence in its S3', () => {
  const address = (file: string) => ({
    Bucket: scene.security.bucket,
    Key: `${acquired.result.incidentId}/evidence/${file}`,
  });
  const bytesOf = async (file: string) => {
    const { Body } = await scene.security.account.s3.send(new GetObjectCommand(address(file)));
    return present(await Body?.transformToByteArray(), file);
  };

  it('holds the manifest under the hash that SHA256SUMS tells', async () => {
    const manifest = await bytesOf('manifest.json');
    const sums = new TextDecoder().decode(await bytesOf('SHA256SUMS'));
    expect(sums).toContain(`${createHash('sha256').update(manifest).digest('hex')}  manifest.json\n`);
    expect(JSON.parse(new TextDecoder().decode(manifest))).toMatchObject({
      incident: acquired.result.incidentId,
      snapshots: [expect.any(Object), expect.any(Object)],
      custodySnapshots: [expect.any(Object), expect.any(Object)],
    });
  });

  it('is locked for as long as was asked for, and its versions cannot be deleted', async () => {
    const { s3 } = scene.security.account;
    const { VersionId, ObjectLockMode, ObjectLockRetainUntilDate } = await s3.send(
      new HeadObjectCommand(address('manifest.json')),
    );
    const days = ((ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect([ObjectLockMode, Math.round(days)]).toEqual(['GOVERNANCE', 30]);
    await expect(
      s3.send(new DeleteObjectCommand({ ...address('manifest.json'), VersionId })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('verifies as whole, journal and artifacts, out of the same bucket', async () => {
    const { journal, environment } = scene;
    const verification = await verifyJournal(journal, acquired.result.incidentId, {
      evidence: environment.evidence,
    });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
    expect(verification.entries).toBeGreaterThan(40);
  });
});

describe('release', () => {
  beforeAll(async () => {
    const { incidentId } = acquired.result;
    const reason = 'the shop is clean again';
    const released = await releaseIncident(acquisition(scene.security), {
      ...scene,
      incidentId,
      approver: 'an analyst',
      reason,
    });
    expect(released.outcome).toBe('complete');
    expect(released.notRestored).toEqual([expect.stringContaining('Auto Scaling group shop-frontend')]);
  }, 60_000);

  it('gives back groups, address, protection, metadata options, role and targets as they were', async () => {
    expect(await stateOf(scene)).toEqual(acquired.before);
  });

  it('leaves no quarantine group behind', async () => {
    const [group] = fact<Quarantine>('quarantine').groups;
    await expect(rulesNow(scene.suspect.account, group?.groupId ?? '')).resolves.toEqual([]);
  });

  it('stands in the journal, which is whole again', async () => {
    const { journal, environment } = scene;
    const verification = await verifyJournal(journal, acquired.result.incidentId, {
      evidence: environment.evidence,
    });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
    expect(Object.keys(verification.heads)).toContain('release-1/run');
  });
});
