import { createHash } from 'node:crypto';
import type { EvidenceStore, PutArtifact } from '../../src/engine/artifact.js';
import { directoryEvidence } from '../../src/evidence/directory-evidence.js';
import { s3Evidence } from '../../src/evidence/s3-evidence.js';
import { manualClock } from '../journal/manual-clock.js';
import { temporaryDirectory } from '../journal/providers.js';
import { base64Sha256, md5 } from './fake-bucket.js';
import { FakeS3 } from './fake-s3.js';
import { simulatedS3 } from './simulated-s3.js';

export const INCIDENT = 'inc-20261120t0331-5f0c2a91';
export const LOCKED = 'cordon-evidence-999900001111';
export const STAGING = 'cordon-staging-999900001111';
export const MiB = 1024 * 1024;

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export const artifact: PutArtifact = {
  path: 'live/triage.tar.gz',
  body: 'what was there',
  mediaType: 'application/gzip',
  acquiredBy: 'suspect',
  origin: 'i-0f3a9c51d2b7e8460',
};

/** Two buckets of the security account. */
export function buckets(): FakeS3 {
  return new FakeS3('999900001111', LOCKED, STAGING);
}

export function stage(s3: FakeS3, key: string, body: string | Uint8Array): void {
  const bytes = Buffer.from(body);
  s3.bucket(STAGING).write({ key, bytes, etag: md5(bytes) });
}

/** The same with the checksum that S3 keeps when the uploader sends one. */
export function stageWithChecksum(s3: FakeS3, key: string, body: string | Uint8Array): void {
  const bytes = Buffer.from(body);
  const checksum = { sha256: base64Sha256(bytes), type: 'FULL_OBJECT' as const };
  s3.bucket(STAGING).write({ key, bytes, etag: md5(bytes), checksum });
}

interface StoreWorld {
  readonly store: EvidenceStore;
  stage(key: string, body: string): Promise<void>;
}

interface StoreCase {
  readonly name: string;
  make(): Promise<StoreWorld>;
}

function overFake(storeOf: (s3: FakeS3) => EvidenceStore): StoreWorld {
  const s3 = buckets();
  return { store: storeOf(s3), stage: async (key, body) => stage(s3, key, body) };
}

export const STORES: readonly StoreCase[] = [
  {
    name: 'directory',
    async make() {
      const directory = await temporaryDirectory();
      return overFake((s3) => directoryEvidence({ directory, account: s3.account(), clock: manualClock() }));
    },
  },
  {
    name: 's3',
    make: async () =>
      overFake((s3) => s3Evidence({ account: s3.account(), bucket: LOCKED, prefix: 'cases' })),
  },
  {
    name: 's3, over the SDK,',
    async make() {
      const { account, clock, stage: stageThere } = await simulatedS3(LOCKED, STAGING);
      const retention = { for: { days: 90 } };
      return { store: s3Evidence({ account, bucket: LOCKED, clock, retention }), stage: stageThere };
    },
  },
];

export async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A body that is not all there at once. */
export async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Bytes that look like nothing, the same every time. */
export function noise(length: number): Buffer {
  const block = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + (index >> 5)) % 251));
  return Buffer.alloc(length, block);
}
