import type { AdoptArtifact, Artifact, EvidenceStore, PutArtifact } from '../engine/artifact.js';
import { type Clock, systemClock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { artifactKey, recordedKey } from './artifact-path.js';
import { type Digest, digestOf, streamOf } from './bytes.js';
import { alreadyThere, differences } from './refusals.js';
import { lockFields, type Retention } from './retention.js';
import { type AdoptLimits, addressOf, adoptObject } from './s3-adopt.js';
import { bucketFields, keyPrefix, type S3Place } from './s3-bucket.js';
import { COPY_LIMITS } from './s3-copy.js';
import { headObject, type ObjectAddress, readObject, type StoredObject } from './s3-object.js';
import { isSame } from './s3-same.js';
import { type NewObject, upload } from './s3-upload.js';

export interface S3EvidenceOptions extends S3Place {
  /** Object Lock for every artifact. The bucket must have been made with Object Lock. Default: what the bucket has. */
  readonly retention?: Retention;
  readonly clock?: Clock;
  /**
   * Staged objects up to this many bytes are read and hashed here before they are taken in, which takes about a second
   * per 100 MB. Larger ones are known by S3's checksums and the digest that their source gave. Default 1 GiB.
   */
  readonly hashUpToBytes?: number;
}

const DEFAULT_HASHED_BYTES = 1024 ** 3;

class S3Evidence implements EvidenceStore {
  readonly #options: S3EvidenceOptions;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #limits: AdoptLimits;

  constructor(options: S3EvidenceOptions) {
    this.#options = options;
    this.#prefix = keyPrefix(options);
    this.#clock = options.clock ?? systemClock;
    this.#limits = { ...COPY_LIMITS, hashedBytes: options.hashUpToBytes ?? DEFAULT_HASHED_BYTES };
  }

  async put(incidentId: string, artifact: PutArtifact): Promise<Artifact> {
    const object = this.#newObject(incidentId, artifact);
    const uploaded = await upload(object, streamOf(artifact.body));
    const { sizeBytes, sha256, versionId } = uploaded;
    const version = versionId === undefined ? {} : { VersionId: versionId };
    const stored = await headObject(this.#options.account, { ...addressOf(object), ...version });
    if (stored === undefined) {
      throw StepFailure.retryable(
        'EVIDENCE_CONFLICT',
        `${artifact.path}: S3 has nothing there after the upload`,
      );
    }
    if (!(await isSame(object, stored, uploaded))) throw alreadyThere(artifact.path);
    return this.#artifact(object, artifact, { digest: { sizeBytes, sha256 }, stored });
  }

  async adopt(incidentId: string, artifact: AdoptArtifact): Promise<Artifact> {
    const object = this.#newObject(incidentId, artifact);
    return this.#artifact(object, artifact, await adoptObject(object, artifact, this.#limits));
  }

  open(artifact: Artifact): AsyncIterable<Uint8Array> {
    return readObject(this.#options.account, this.#address(artifact));
  }

  async check(artifact: Artifact): Promise<readonly string[]> {
    const stored = await headObject(this.#options.account, this.#address(artifact));
    if (stored === undefined) return differences(artifact, undefined);
    const { sizeBytes } = stored;
    if (sizeBytes !== artifact.sizeBytes)
      return differences(artifact, { sizeBytes, sha256: artifact.sha256 });
    return differences(artifact, await digestOf(this.open(artifact)));
  }

  #address(artifact: Artifact): ObjectAddress {
    const version = artifact.versionId === undefined ? {} : { VersionId: artifact.versionId };
    return { ...bucketFields(this.#options), Key: `${this.#prefix}${recordedKey(artifact)}`, ...version };
  }

  #newObject(incidentId: string, artifact: Omit<PutArtifact, 'body'>): NewObject {
    const key = `${this.#prefix}${artifactKey(incidentId, artifact.path)}`;
    // Headers take ASCII; a suspect's texts are never in an origin, but they might be.
    const origin = encodeURIComponent(artifact.origin.toWellFormed()).slice(0, 500);
    const Metadata = { incident: incidentId, origin, 'acquired-by': artifact.acquiredBy };
    const fields = {
      ContentType: artifact.mediaType,
      Metadata,
      ...lockFields(this.#options.retention, this.#clock),
    };
    return { place: this.#options, key, fields };
  }

  #artifact(
    { place, key }: NewObject,
    { path, mediaType, acquiredBy, origin }: Omit<PutArtifact, 'body'>,
    { digest, stored }: { readonly digest: Digest; readonly stored: StoredObject },
  ): Artifact {
    return {
      path,
      uri: `s3://${place.bucket}/${key}`,
      sizeBytes: digest.sizeBytes,
      sha256: digest.sha256,
      mediaType,
      acquiredBy,
      origin,
      storedAt: (stored.storedAt ?? this.#clock.now()).toISOString(),
      ...(stored.versionId === undefined ? {} : { versionId: stored.versionId }),
    };
  }
}

/**
 * Evidence in S3: `<prefix>/<incident>/evidence/<path>`, each object written on the condition that there is none, with
 * SHA-256 checksums on all that is sent, and Object Lock where `retention` is given.
 *
 * Actions: `s3:PutObject`, `s3:GetObject`, `s3:GetObjectVersion`, `s3:AbortMultipartUpload`, with `retention` also
 * `s3:PutObjectRetention`; to adopt also `s3:GetObject` on the staging bucket.
 *
 * @example
 * const evidence = s3Evidence({ account, bucket: 'cordon-evidence-999900001111', retention: { for: { days: 365 } } });
 */
export function s3Evidence(options: S3EvidenceOptions): EvidenceStore {
  return new S3Evidence(options);
}
