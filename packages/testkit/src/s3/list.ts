import { type Caller, demand } from './access.js';
import { currentObject, type SimulatedBucket, type Version } from './bucket.js';
import { compareKeys } from './key-order.js';

/** S3's page; a smaller one may be asked for. */
const LARGEST_PAGE = 1000;

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly after: string | undefined;
  readonly most: number | undefined;
}

export interface Listed {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Absent at the end. */
  readonly next: string | undefined;
}

/** What a key counts as under a delimiter: itself, or the folder it is in. */
function grouped(key: string, { prefix, delimiter }: ListRequest): string {
  if (delimiter === undefined || delimiter === '') return key;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? key : key.slice(0, at + delimiter.length);
}

/** A page of keys and common prefixes, in the order of UTF-8 bytes. */
export function listKeys(all: Iterable<string>, request: ListRequest): Listed {
  const entries = new Set<string>();
  for (const key of [...all].filter((one) => one.startsWith(request.prefix)).sort(compareKeys)) {
    const entry = grouped(key, request);
    if (request.after === undefined || compareKeys(entry, request.after) > 0) entries.add(entry);
  }
  const most = Math.min(request.most ?? LARGEST_PAGE, LARGEST_PAGE);
  const page = [...entries].slice(0, most);
  const isFolder = (entry: string) =>
    request.delimiter !== undefined &&
    request.delimiter !== '' &&
    entry.endsWith(request.delimiter) &&
    entry.length > request.prefix.length;
  return {
    keys: page.filter((entry) => !isFolder(entry)),
    commonPrefixes: page.filter(isFolder),
    next: entries.size > most ? page.at(-1) : undefined,
  };
}

export function listCurrent(caller: Caller, bucket: SimulatedBucket, request: ListRequest): Listed {
  demand(caller, bucket, { action: 's3:ListBucket', context: { 's3:prefix': request.prefix } });
  const keys = [...bucket.versions.keys()].filter((key) => currentObject(bucket, key) !== undefined);
  return listKeys(keys, request);
}

export interface VersionMark {
  readonly key: string;
  readonly versionId: string | undefined;
}

export interface VersionPlace {
  readonly key: string;
  readonly version: Version;
}

export interface VersionPage {
  readonly places: readonly VersionPlace[];
  /** Absent at the end. */
  readonly next: VersionMark | undefined;
}

/** From behind the mark on; a mark without a version id stands behind all of its key. */
function behind(places: readonly VersionPlace[], mark: VersionMark): readonly VersionPlace[] {
  const marked = places.findIndex(
    ({ key, version }) => key === mark.key && version.versionId === mark.versionId,
  );
  if (marked >= 0) return places.slice(marked + 1);
  return places.filter(({ key }) => compareKeys(key, mark.key) > 0);
}

/** All versions and delete markers, by key, newest first. */
export function listVersions(
  caller: Caller,
  bucket: SimulatedBucket,
  request: {
    readonly prefix: string;
    readonly after: VersionMark | undefined;
    readonly most: number | undefined;
  },
): VersionPage {
  const { prefix, after, most = LARGEST_PAGE } = request;
  demand(caller, bucket, { action: 's3:ListBucketVersions', context: { 's3:prefix': prefix } });
  const places = [...bucket.versions.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort(compareKeys)
    .flatMap((key) => (bucket.versions.get(key) ?? []).map((version) => ({ key, version })).reverse());
  const rest = after === undefined ? places : behind(places, after);
  const page = rest.slice(0, Math.min(most, LARGEST_PAGE));
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { places: page, next: more ? { key: last.key, versionId: last.version.versionId } : undefined };
}
