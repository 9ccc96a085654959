import { inParallel } from '../evidence/in-parallel.js';
import type { InspectedLine, Inspection } from './inspection.js';
import type { JournalProblem, JournalProblemCode } from './problem.js';
import { type Batch, batchLines, batchOf } from './s3-layout.js';
import type { ObjectVersion, S3Texts } from './s3-texts.js';

const READS_AT_ONCE = 32;

/** A key with all that was ever done to it, the youngest first. */
interface History {
  readonly key: string;
  readonly batch: Batch;
  readonly versions: readonly ObjectVersion[];
}

function problem({ ledger, seq }: Batch, code: JournalProblemCode, message: string): JournalProblem {
  return { ledger, seq, code, message };
}

function judge({ batch, versions }: History): readonly JournalProblem[] {
  const written = versions.filter(({ marker }) => !marker).length;
  const deleted = versions.length - written;
  return [
    ...(deleted > 0 ? [problem(batch, 'DELETE_MARKER', 'Somebody has deleted the object.')] : []),
    ...(written > 1
      ? [problem(batch, 'SECOND_VERSION', `It was written ${written} times; the first is read.`)]
      : []),
  ];
}

function historiesOf(versions: readonly ObjectVersion[], folder: string): readonly History[] {
  const byKey = new Map<string, ObjectVersion[]>();
  for (const version of versions) byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  return [...byKey].flatMap(([key, own]) => {
    const batch = batchOf(key.slice(folder.length));
    return batch === undefined ? [] : [{ key, batch, versions: own }];
  });
}

function strays(versions: readonly ObjectVersion[], folder: string): readonly JournalProblem[] {
  return versions
    .filter(({ key }) => batchOf(key.slice(folder.length)) === undefined)
    .map(() => problem({ ledger: 'run', seq: 0 }, 'STRAY', 'An object beside the ledgers is no entry.'));
}

/**
 * Reads a journal by its versions: what was written first is what counts, also where a delete marker hides it or a
 * second version lies over it.
 */
export async function inspectBucket(texts: S3Texts, folder: string): Promise<Inspection> {
  const versions = await texts.versions(folder);
  const histories = historiesOf(versions, folder);
  const lines = await inParallel(
    histories,
    READS_AT_ONCE,
    async (history): Promise<readonly InspectedLine[]> => {
      const first = history.versions.findLast(({ marker }) => !marker);
      if (first === undefined) return [];
      const bytes = await texts.read(history.key, first.versionId);
      return batchLines(bytes).map((text) => ({ ledger: history.batch.ledger, text }));
    },
  );
  return { lines: lines.flat(), problems: [...histories.flatMap(judge), ...strays(versions, folder)] };
}
