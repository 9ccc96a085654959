import type { Artifact } from '../engine/artifact.js';

/** An object in S3, as the SDK's inputs name it. */
export interface PlaceInS3 {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** Where an artifact lies in S3, for a presigned request of a host; undefined for other stores. */
export function placeInS3({ uri, versionId }: Artifact): PlaceInS3 | undefined {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (Bucket === undefined || Key === undefined) return undefined;
  return { Bucket, Key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}
