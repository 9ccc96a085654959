import { type Clock, systemClock } from '../engine/clock.js';
import type { JournalStore } from '../engine/entry.js';
import { inParallel } from '../evidence/in-parallel.js';
import { lockFields, type Retention } from '../evidence/retention.js';
import { keyPrefix, type S3Place } from '../evidence/s3-bucket.js';
import type { InspectableJournal } from './inspection.js';
import { Leases, type WriteOnce } from './leases.js';
import { assertIncidentId, isIncidentId } from './names.js';
import { inspectBucket } from './s3-inspection.js';
import { type BatchesRead, S3Store } from './s3-store.js';
import { S3Texts } from './s3-texts.js';

const LISTS_AT_ONCE = 8;
const MOST_INCIDENTS = 8;

export interface S3JournalOptions extends S3Place {
  /** Object Lock for every entry. The bucket must have been made with Object Lock. Default: what the bucket has. */
  readonly retention?: Retention;
  /** From when retention is counted. */
  readonly clock?: Clock;
}

function leaseTexts(texts: S3Texts, prefix: string): WriteOnce {
  return {
    create: (name, text) => texts.create(`${prefix}${name}`, text),
    read: async (name) => (await texts.read(`${prefix}${name}`)).toString('utf8'),
    async list(folder) {
      const inside = `${prefix}${folder}/`;
      return (await texts.keys(inside)).map((key) => key.slice(inside.length));
    },
  };
}

/** A warm Lambda works on few incidents, many times: what it has read of them it keeps. */
class RecentReads {
  readonly #folders = new Map<string, BatchesRead>();

  of(folder: string): BatchesRead {
    const read = this.#folders.get(folder) ?? new Map();
    this.#folders.delete(folder);
    this.#folders.set(folder, read);
    const [oldest] = this.#folders.keys();
    if (this.#folders.size > MOST_INCIDENTS && oldest !== undefined) this.#folders.delete(oldest);
    return read;
  }
}

/**
 * Journals in S3: `<prefix>/<incident>/journal/<ledger>/<seq>.jsonl`, one object per append, each written on the
 * condition that there is none. Any number of processes may write one incident; who loses a place gets
 * `JournalConflict`. Nothing is ever overwritten or deleted, so the bucket's policy may deny both.
 *
 * Actions: `s3:PutObject`, `s3:GetObject`, `s3:ListBucket`; to verify also `s3:ListBucketVersions` and
 * `s3:GetObjectVersion`.
 *
 * @example
 * const journal = s3Journal({ account, bucket: 'cordon-evidence-999900001111', retention: { for: { days: 365 } } });
 */
export function s3Journal(options: S3JournalOptions): InspectableJournal {
  const { retention, clock = systemClock } = options;
  const texts = new S3Texts(options);
  const prefix = keyPrefix(options);
  const leases = new Leases(leaseTexts(texts, `${prefix}leases/`));
  const folderOf = (incidentId: string): string => {
    assertIncidentId(incidentId);
    return `${prefix}${incidentId}/journal/`;
  };
  const lock = () => lockFields(retention, clock);
  const recent = new RecentReads();
  const open = async (incidentId: string): Promise<JournalStore> => {
    const folder = folderOf(incidentId);
    return new S3Store(texts, folder, { lock, read: recent.of(folder) });
  };
  return {
    open,
    visit: open,
    share: open,
    lease: (suspectKey, candidate) => leases.lease(suspectKey, candidate),
    release: (suspectKey, incidentId) => leases.release(suspectKey, incidentId),
    async list() {
      const ids = (await texts.folders(prefix)).filter(isIncidentId);
      const filled = await inParallel(ids, LISTS_AT_ONCE, (id) => texts.exists(folderOf(id)));
      return ids.filter((_, index) => filled[index]);
    },
    inspect: async (incidentId) => inspectBucket(texts, folderOf(incidentId)),
  };
}
