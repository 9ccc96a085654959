import { type Entry, JournalConflict, JournalInUse, type JournalStore } from '../engine/entry.js';
import type { InspectableJournal } from './inspection.js';
import { Leases, type WriteOnce } from './leases.js';
import { lineOf } from './line.js';
import { assertIncidentId } from './names.js';

/** One incident's entries, and who drives it. */
interface Incident {
  readonly ledgers: Map<string, Entry[]>;
  host: symbol | undefined;
}

/** Journals in memory: `abandon` is what the death of a process is elsewhere. */
export interface MemoryJournal extends InspectableJournal {
  /** As if the process that drives this incident had died: it writes no more, and somebody else may open it. */
  abandon(incidentId: string): void;
}

function memoryTexts(): WriteOnce {
  const texts = new Map<string, string>();
  return {
    async create(name, text) {
      if (texts.has(name)) return false;
      texts.set(name, text);
      return true;
    },
    async read(name) {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`There is no ${name}.`);
      return text;
    },
    async list(folder) {
      const prefix = `${folder}/`;
      return [...texts.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
    },
  };
}

function append(incident: Incident, ledger: string, added: readonly Entry[], expectedSeq: number): void {
  const stored = incident.ledgers.get(ledger) ?? [];
  if (stored.length !== expectedSeq) {
    throw new JournalConflict(`Ledger ${ledger} has ${stored.length} entries, not ${expectedSeq}.`);
  }
  stored.push(...added);
  incident.ledgers.set(ledger, stored);
}

function visitor(incident: Incident): JournalStore {
  return {
    append: async (ledger, entries, expectedSeq) => append(incident, ledger, entries, expectedSeq),
    read: async () => [...incident.ledgers.values()].flat(),
    ledgers: async () => [...incident.ledgers.keys()],
  };
}

function host(incident: Incident, incidentId: string): JournalStore {
  if (incident.host !== undefined)
    throw new JournalInUse(`Incident ${incidentId} is driven in this process.`);
  const self = Symbol(incidentId);
  incident.host = self;
  return {
    ...visitor(incident),
    async append(ledger, entries, expectedSeq) {
      if (incident.host !== self) throw new JournalInUse(`Incident ${incidentId} was taken over.`);
      append(incident, ledger, entries, expectedSeq);
    },
    async close() {
      if (incident.host === self) incident.host = undefined;
    },
  };
}

/** Journals that live as long as the process: for tests, and for hosts that keep their evidence elsewhere. */
export function memoryJournal(): MemoryJournal {
  const incidents = new Map<string, Incident>();
  const leases = new Leases(memoryTexts());
  const incidentOf = (incidentId: string): Incident => {
    assertIncidentId(incidentId);
    const incident = incidents.get(incidentId) ?? { ledgers: new Map(), host: undefined };
    incidents.set(incidentId, incident);
    return incident;
  };
  return {
    open: async (incidentId) => host(incidentOf(incidentId), incidentId),
    visit: async (incidentId) => visitor(incidentOf(incidentId)),
    share: async (incidentId) => visitor(incidentOf(incidentId)),
    lease: (suspectKey, candidate) => leases.lease(suspectKey, candidate),
    release: (suspectKey, incidentId) => leases.release(suspectKey, incidentId),
    list: async () => [...incidents].filter(([, { ledgers }]) => ledgers.size > 0).map(([id]) => id),
    async inspect(incidentId) {
      const entries = [...(incidents.get(incidentId)?.ledgers.values() ?? [])].flat();
      return { lines: entries.map((entry) => ({ ledger: entry.ledger, text: lineOf(entry) })), problems: [] };
    },
    abandon(incidentId) {
      incidentOf(incidentId).host = undefined;
    },
  };
}
