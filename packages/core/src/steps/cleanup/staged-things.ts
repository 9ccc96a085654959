import { s3 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { Claims } from './claims.js';
import type { Judged } from './thing.js';

const judged = (
  thing: Pick<Judged, 'kind' | 'id' | 'of' | 'key'>,
  standing: Judged['standing'],
  why: string,
): Judged => ({
  ...thing,
  role: 'security',
  standing,
  why,
});

async function uploads(account: Account, bucket: string, claims: Claims): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const input: { Bucket: string; Prefix: string } = {
      Bucket: bucket,
      Prefix: `${claims.incidentId}/`,
      ...marker,
    };
    const page = await account.call(s3.ListMultipartUploads, input);
    for (const { Key: key = '', UploadId: id = '' } of page.Uploads ?? []) {
      const thing = { kind: 'multipart-upload', id, of: bucket, key } as const;
      found.push(
        claims.named.has(id)
          ? judged(thing, 'left-over', 'an upload that nobody will complete')
          : // Nobody but the security account's own roles can begin one; the key is all that ties it to the incident.
            {
              ...judged(thing, 'left-over', 'an upload under the incident’s key that nobody will complete'),
              adopt: true,
            },
      );
    }
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    marker = IsTruncated === true && KeyMarker && UploadIdMarker ? { KeyMarker, UploadIdMarker } : undefined;
  }
  return found;
}

/** What hosts are told and tell, by the ending of its name: nothing of it is evidence. */
const PASSING: Readonly<Record<string, string>> = {
  '.sheet': 'a list of URLs that have expired',
  '.order': 'what a host was told to look for',
  '.progress': 'how far a host was',
};

function whyPassing(key: string): string | undefined {
  const ending = Object.keys(PASSING).find((one) => key.endsWith(one));
  return ending === undefined ? undefined : PASSING[ending];
}

/** What passes between hosts and us, and what was uploaded: worth keeping until it is in the evidence store. */
async function objects(account: Account, bucket: string, claims: Claims): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  const prefix = `${claims.incidentId}/`;
  let token: string | undefined;
  do {
    const input: { Bucket: string; Prefix: string } = {
      Bucket: bucket,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    };
    const page = await account.call(s3.ListObjectsV2, input);
    for (const { Key: id = '' } of page.Contents ?? []) {
      const thing = { kind: 'staged-object', id, of: bucket } as const;
      const inStore = claims.artifacts.has(id.slice(prefix.length));
      const why = whyPassing(id) ?? (inStore ? 'in the evidence store by now' : undefined);
      found.push(
        why === undefined
          ? judged(thing, 'kept', 'evidence that never reached the evidence store')
          : judged(thing, 'left-over', why),
      );
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

/** What an incident may have left in a staging bucket. */
export async function stagedThings(
  account: Account,
  buckets: readonly string[],
  claims: Claims,
): Promise<readonly Judged[]> {
  const found = buckets.flatMap((bucket) => [
    uploads(account, bucket, claims),
    objects(account, bucket, claims),
  ]);
  return (await Promise.all(found)).flat();
}

export const STAGED_READS: readonly string[] = ['s3:ListBucketMultipartUploads', 's3:ListBucket'];
