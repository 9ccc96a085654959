import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { broughtDown } from './brought-down.js';
import { createDurably, makeDirectory, namesIn } from './durable-file.js';
import { lockFile } from './file-lock.js';
import { FileStore } from './file-store.js';
import { visitingStore } from './file-visitor.js';
import type { InspectableJournal, Inspection } from './inspection.js';
import { Leases, type WriteOnce } from './leases.js';
import { ledgersIn, readLedger } from './ledger-files.js';
import { assertIncidentId, decodeName, isIncidentId, RUN } from './names.js';
import type { JournalProblem } from './problem.js';

export interface FileJournalOptions {
  /** Holds one directory per incident: `<directory>/<incident>/journal/<ledger>.jsonl`. Made when it is missing. */
  readonly directory: string;
}

function fileTexts(directory: string): WriteOnce {
  return {
    async create(name, text) {
      const path = join(directory, name);
      await makeDirectory(join(path, '..'));
      return createDurably(path, text);
    },
    read: (name) => readFile(join(directory, name), 'utf8'),
    list: (folder) => namesIn(join(directory, folder)),
  };
}

async function inspectLedger(directory: string, ledger: string): Promise<Inspection> {
  const { lines, torn } = await readLedger(directory, ledger);
  const problems: JournalProblem[] = [];
  if (torn.length > 0) {
    const message = `${torn.length} bytes without a line's end: the writer died, or somebody cut the file.`;
    problems.push({ ledger, seq: lines.length, code: 'TORN_LINE', message });
  }
  return { lines: lines.map((text) => ({ ledger, text })), problems };
}

/** What a crash may leave of a file that was being made. */
const UNFINISHED = /^\.[0-9a-f-]{36}\.tmp$/;

/** Files and folders that are no ledgers: no writer of ours has put them there. */
async function strays(ledgers: string): Promise<readonly JournalProblem[]> {
  return (await namesIn(ledgers))
    .filter((name) => decodeName(name.replace(/\.jsonl$/, '')) === undefined && !UNFINISHED.test(name))
    .map((): JournalProblem => {
      const message = 'A file beside the ledgers is none of them.';
      return { ledger: RUN, seq: 0, code: 'STRAY', message };
    });
}

async function inspect(ledgers: string): Promise<Inspection> {
  const inspected: Inspection[] = [];
  for (const ledger of await ledgersIn(ledgers)) inspected.push(await inspectLedger(ledgers, ledger));
  return {
    lines: [...inspected.flatMap(({ lines }) => lines), ...(await broughtDown(ledgers))],
    problems: [...inspected.flatMap(({ problems }) => problems), ...(await strays(ledgers))],
  };
}

/** For the host: locked, and repaired after a death. */
async function openLocked(incident: string): Promise<FileStore> {
  const ledgers = join(incident, 'journal');
  await makeDirectory(ledgers);
  const lock = await lockFile(join(incident, 'journal.lock'));
  try {
    return await FileStore.open(ledgers, join(incident, 'torn'), lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Journals as JSON-lines files, one per ledger, on disk when an append resolves. One process at a time drives an
 * incident; a lock file that a dead process left is taken over. Anybody who can read the files can verify them. A
 * journal that was brought down from S3 (`aws s3 sync`) is verified as it lies there.
 *
 * @example
 * const journal = fileJournal({ directory: './incidents' });
 */
export function fileJournal({ directory }: FileJournalOptions): InspectableJournal {
  const leases = new Leases(fileTexts(join(directory, 'leases')));
  const incidentPath = (incidentId: string): string => {
    assertIncidentId(incidentId);
    return join(directory, incidentId);
  };
  const ledgersOf = (incidentId: string) => join(incidentPath(incidentId), 'journal');
  return {
    open: async (incidentId) => openLocked(incidentPath(incidentId)),
    visit: async (incidentId) => visitingStore(ledgersOf(incidentId)),
    lease: (suspectKey, candidate) => leases.lease(suspectKey, candidate),
    release: (suspectKey, incidentId) => leases.release(suspectKey, incidentId),
    async list() {
      const ids = (await namesIn(directory)).filter(isIncidentId);
      const filled = await Promise.all(ids.map(async (id) => (await namesIn(ledgersOf(id))).length > 0));
      return ids.filter((_, index) => filled[index]);
    },
    inspect: async (incidentId) => inspect(ledgersOf(incidentId)),
  };
}
