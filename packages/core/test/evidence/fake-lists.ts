import type { ListObjectsV2CommandInput, ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import type { FakeBucket } from './fake-bucket.js';

/** Pages are short, so that everything is paged. */
const PAGE = 3;

export function listObjects(
  bucket: FakeBucket,
  { Prefix = '', Delimiter, ContinuationToken, MaxKeys = PAGE }: ListObjectsV2CommandInput,
) {
  const names = new Set<string>();
  for (const key of bucket.keys(Prefix)) {
    if (bucket.current(key) === undefined) continue;
    const cut = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
    names.add(cut < 0 ? key : key.slice(0, cut + 1));
  }
  const left = [...names].filter((name) => name > (ContinuationToken ?? ''));
  const page = left.slice(0, Math.min(MaxKeys, PAGE));
  const isFolder = (name: string) => Delimiter !== undefined && name.endsWith(Delimiter);
  return {
    Contents: page.filter((name) => !isFolder(name)).map((Key) => ({ Key })),
    CommonPrefixes: page.filter(isFolder).map((folder) => ({ Prefix: folder })),
    IsTruncated: page.length < left.length,
    ...(page.length < left.length ? { NextContinuationToken: page.at(-1) } : {}),
  };
}

export function listVersions(
  bucket: FakeBucket,
  { Prefix = '', KeyMarker, VersionIdMarker }: ListObjectVersionsCommandInput,
) {
  const all = bucket
    .keys(Prefix)
    .flatMap((key) => bucket.versions.filter((one) => one.key === key).reverse());
  const from = all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker) + 1;
  const page = all.slice(from, from + PAGE);
  const last = page.at(-1);
  const shown = (marker: boolean) =>
    page
      .filter((one) => one.marker === marker)
      .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  return {
    Versions: shown(false),
    DeleteMarkers: shown(true),
    IsTruncated: from + PAGE < all.length,
    NextKeyMarker: last?.key,
    NextVersionIdMarker: last?.versionId,
  };
}
