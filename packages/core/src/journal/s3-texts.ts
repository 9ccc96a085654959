import { hash, randomUUID } from 'node:crypto';
import { s3 } from '../aws/operations.js';
import { hasCode } from '../aws/staged-object.js';
import type { Operation } from '../engine/account.js';
import { inParallel } from '../evidence/in-parallel.js';
import type { LockFields } from '../evidence/retention.js';
import { type BucketFields, bucketFields, type S3Place } from '../evidence/s3-bucket.js';
import { type ObjectAddress, readObject } from '../evidence/s3-object.js';
import { untilKnown } from '../evidence/until-known.js';

const READS_AT_ONCE = 32;
/** Metadata that names one attempt to write. */
const WRITER = 'writer';

/** One version of an object, or a delete marker on it. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly marker: boolean;
}

type OutputOf<O> = O extends Operation<infer _Input, infer Output> ? Output : never;
type ObjectsPage = OutputOf<typeof s3.ListObjectsV2>;
type VersionsPage = OutputOf<typeof s3.ListObjectVersions>;

interface ObjectsInput extends BucketFields {
  readonly Prefix: string;
  readonly Delimiter?: string;
  readonly ContinuationToken?: string;
}

interface VersionsMarker {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

interface VersionsInput extends BucketFields, VersionsMarker {
  readonly Prefix: string;
}

/** Small objects that are written once. */
export class S3Texts {
  readonly #place: S3Place;

  constructor(place: S3Place) {
    this.#place = place;
  }

  /**
   * False when somebody else has written the key. Whether it was us, when the answer to an earlier try was lost, is
   * told by a mark on the object: two writers may well have the same to say.
   */
  async create(key: string, text: string, lock: LockFields = {}): Promise<boolean> {
    const writer = randomUUID();
    const input = {
      ...bucketFields(this.#place),
      Key: key,
      Body: text,
      ContentType: 'application/json',
      Metadata: { [WRITER]: writer },
      IfNoneMatch: '*',
      // S3's documentation asks for the algorithm where Object Lock is on; S3 itself is content with the checksum.
      ChecksumAlgorithm: 'SHA256' as const,
      ChecksumSHA256: hash('sha256', text, 'base64'),
      ...lock,
    };
    try {
      await untilKnown(() => this.#place.account.call(s3.PutObject, input));
      return true;
    } catch (error) {
      if (!hasCode(error, 'PreconditionFailed')) throw error;
      return (await this.#writerOf(key)) === writer;
    }
  }

  async #writerOf(key: string): Promise<string | undefined> {
    const address = { ...bucketFields(this.#place), Key: key };
    return (await this.#place.account.call(s3.HeadObject, address)).Metadata?.[WRITER];
  }

  async read(key: string, versionId?: string): Promise<Buffer> {
    const version = versionId === undefined ? {} : { VersionId: versionId };
    const address: ObjectAddress = { ...bucketFields(this.#place), Key: key, ...version };
    const chunks: Uint8Array[] = [];
    for await (const chunk of readObject(this.#place.account, address)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  readAll(keys: readonly string[]): Promise<readonly Buffer[]> {
    return inParallel(keys, READS_AT_ONCE, (key) => this.read(key));
  }

  /** In S3's order: by the bytes of the key. */
  async keys(prefix: string): Promise<readonly string[]> {
    const pages = await this.#pages({ Prefix: prefix });
    return pages.flatMap(({ Contents }) => Contents ?? []).flatMap(({ Key }) => Key ?? []);
  }

  /** Names of the folders under a prefix, without it. */
  async folders(prefix: string): Promise<readonly string[]> {
    const pages = await this.#pages({ Prefix: prefix, Delimiter: '/' });
    const folders = pages
      .flatMap(({ CommonPrefixes }) => CommonPrefixes ?? [])
      .flatMap(({ Prefix }) => Prefix ?? []);
    return folders.map((folder) => folder.slice(prefix.length, -1));
  }

  async exists(prefix: string): Promise<boolean> {
    const input = { ...bucketFields(this.#place), Prefix: prefix, MaxKeys: 1 };
    const page = await this.#place.account.call(s3.ListObjectsV2, input);
    return (page.Contents ?? []).length > 0;
  }

  /** All versions and delete markers, of each key the youngest first. */
  async versions(prefix: string): Promise<readonly ObjectVersion[]> {
    const versions: ObjectVersion[] = [];
    let from: VersionsMarker | undefined = {};
    while (from !== undefined) {
      const input: VersionsInput = { ...bucketFields(this.#place), Prefix: prefix, ...from };
      const page: VersionsPage = await this.#place.account.call(s3.ListObjectVersions, input);
      versions.push(...toVersions(page.Versions, false), ...toVersions(page.DeleteMarkers, true));
      from = page.IsTruncated === true ? markerOf(page) : undefined;
    }
    return versions;
  }

  async #pages(query: { readonly Prefix: string; readonly Delimiter?: string }) {
    const pages: ObjectsPage[] = [];
    let token: { readonly ContinuationToken?: string } | undefined = {};
    while (token !== undefined) {
      const input: ObjectsInput = { ...bucketFields(this.#place), ...query, ...token };
      const page: ObjectsPage = await this.#place.account.call(s3.ListObjectsV2, input);
      pages.push(page);
      const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      token = next === undefined ? undefined : { ContinuationToken: next };
    }
    return pages;
  }
}

function toVersions(
  found: readonly { readonly Key?: string | undefined; readonly VersionId?: string | undefined }[] = [],
  marker: boolean,
): readonly ObjectVersion[] {
  return found.flatMap(({ Key, VersionId }) =>
    Key === undefined ? [] : [{ key: Key, versionId: VersionId, marker }],
  );
}

function markerOf(page: VersionsPage): VersionsMarker {
  return {
    ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
    ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
  };
}
