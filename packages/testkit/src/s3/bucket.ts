import type { PolicyDocument } from '../simulation/iam/policy.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';
import { type ByteStore, folderStore, memoryStore, type StoredBytes } from './byte-store.js';
import type { Checksum, ChecksumAlgorithm } from './checksums.js';
import { s3Error } from './errors.js';
import { sparseStore } from './sparse-store.js';

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: Date;
}

/** What a writer says about an object, beside its bytes. */
export interface ObjectAttributes {
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly encryption?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tagging?: string | undefined;
}

export interface ObjectVersion {
  readonly kind: 'object';
  readonly versionId: string;
  readonly at: Date;
  readonly etag: string;
  readonly bytes: StoredBytes;
  readonly checksum: Checksum | undefined;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  /** How many parts it was uploaded in. */
  readonly parts: number | undefined;
  readonly attributes: ObjectAttributes;
  readonly writer: string;
  retention: Retention | undefined;
  legalHold: boolean;
}

export interface DeleteMarker {
  readonly kind: 'delete-marker';
  readonly versionId: string;
  readonly at: Date;
}

export type Version = ObjectVersion | DeleteMarker;

export interface UploadedPart {
  readonly bytes: StoredBytes;
  readonly at: Date;
  readonly checksum: Checksum | undefined;
}

export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly at: Date;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly attributes: ObjectAttributes;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  readonly initiator: string;
  readonly parts: Map<number, UploadedPart>;
}

export interface BucketOptions {
  readonly account: string;
  readonly region: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** Object Lock with this default; implies versioning. `days` absent: lock without a default. */
  readonly objectLock?: { readonly mode: Retention['mode']; readonly days?: number };
  readonly policy?: PolicyDocument;
  /** Objects lie there as files; else in memory. */
  readonly folder?: string;
  /** `sparse`: only the beginning and the length of each object are kept, so that terabytes fit. Default `whole`. */
  readonly content?: 'whole' | 'sparse';
}

/** One bucket, as a test may look at it. */
export interface SimulatedBucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly versioned: boolean;
  readonly objectLock: BucketOptions['objectLock'];
  readonly store: ByteStore;
  policy: PolicyDocument | undefined;
  /** Oldest first. */
  readonly versions: Map<string, Version[]>;
  readonly uploads: Map<string, MultipartUpload>;
  /** Keys that a conditional write is busy with. */
  readonly busy: Set<string>;
}

const bucketsOf = slice((world: SimulatedWorld) => {
  const buckets = new Map<string, SimulatedBucket>();
  // What a killed process still waits for holds its world for ever; a world that is over holds no memory dumps.
  world.onDispose(() => buckets.clear());
  return buckets;
});

function storeOf({ folder, content }: BucketOptions): ByteStore {
  if (content === 'sparse') return sparseStore();
  return folder === undefined ? memoryStore() : folderStore(folder);
}

/** Makes a bucket; names are global, as in AWS. */
export function addBucket(world: SimulatedWorld, name: string, options: BucketOptions): SimulatedBucket {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new Error(`${name} is no bucket name`);
  if (bucketsOf(world).has(name)) throw new Error(`there is a bucket ${name} already`);
  const bucket: SimulatedBucket = {
    name,
    account: options.account,
    region: options.region,
    versioned: options.versioning === 'Enabled' || options.objectLock !== undefined,
    objectLock: options.objectLock,
    store: storeOf(options),
    policy: options.policy,
    versions: new Map(),
    uploads: new Map(),
    busy: new Set(),
  };
  bucketsOf(world).set(name, bucket);
  return bucket;
}

export function findBucket(world: SimulatedWorld, name: string | undefined): SimulatedBucket {
  const bucket = bucketsOf(world).get(name ?? '');
  if (bucket === undefined) throw s3Error.noSuchBucket(name ?? '');
  return bucket;
}

/** All buckets of a world. */
export function buckets(world: SimulatedWorld): readonly SimulatedBucket[] {
  return [...bucketsOf(world).values()];
}

export function currentVersion(bucket: SimulatedBucket, key: string): Version | undefined {
  return bucket.versions.get(key)?.at(-1);
}

/** The object that a plain GET would give. */
export function currentObject(bucket: SimulatedBucket, key: string): ObjectVersion | undefined {
  const version = currentVersion(bucket, key);
  return version?.kind === 'object' ? version : undefined;
}

const DAY_MS = 86_400_000;

/** The retention a new object gets when its writer asks for none. */
export function defaultRetention(bucket: SimulatedBucket, now: Date): Retention | undefined {
  if (bucket.objectLock?.days === undefined) return undefined;
  return { mode: bucket.objectLock.mode, until: new Date(now.getTime() + bucket.objectLock.days * DAY_MS) };
}
