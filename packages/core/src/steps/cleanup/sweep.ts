import { type Duration, milliseconds } from '../../engine/duration.js';
import type { JournalProvider } from '../../engine/entry.js';
import type { Environment } from '../../engine/environment.js';
import { toFailureRecord } from '../../engine/failure.js';
import { findingOf } from '../../host/later-run.js';
import { visitJournal } from '../../journal/journal.js';
import { type Claims, claimsOf, openSince } from './claims.js';
import { judgeTagged } from './judge.js';
import { sweepIncident } from './sweep-incident.js';
import { thingsOf } from './sweep-steps.js';
import { taggedThings } from './tagged-things.js';
import type { Judged } from './thing.js';

/** Who wants what is left over deleted, and why: both stand in the journals of the incidents. */
export interface SweepOrder {
  readonly approver: string;
  readonly reason: string;
}

export interface SweepOptions {
  readonly journal: JournalProvider;
  readonly environment: Environment;
  /** Buckets through which uploads come. */
  readonly stagingBuckets?: readonly string[];
  /** How long an open incident must have been silent to count as dead. Default 48 hours, as long as one may take. */
  readonly silentFor?: Duration;
  /** Only these. Default: all of the journal. */
  readonly incidents?: readonly string[];
  /** Absent: nothing is deleted. */
  readonly order?: SweepOrder;
  readonly signal?: AbortSignal;
}

/** Something that an incident has left, or that claims so. */
export interface SweptThing extends Judged {
  readonly incident: string;
  readonly account: string;
  readonly region: string;
  /** It is gone: this sweep has deleted it. */
  readonly deleted?: true;
}

/** An incident that could not be looked at, or swept to the end. */
export interface SweepTrouble {
  readonly incident: string;
  readonly code: string;
  readonly message: string;
}

export interface SweepResult {
  readonly things: readonly SweptThing[];
  readonly troubles: readonly SweepTrouble[];
}

interface Incident {
  readonly claims: Claims;
  /** Somebody may be working on it. */
  readonly active: boolean;
}

/** By name: whoever made the journal may have a copy of this package of his own. */
function isInUse(error: unknown): boolean {
  return error instanceof Error && error.name === 'JournalInUse';
}

function troubleOf(incident: string, error: unknown): SweepTrouble {
  const { code, message } = toFailureRecord(error);
  return { incident, code, message };
}

async function readIncident(incidentId: string, options: SweepOptions): Promise<Incident> {
  const { journal: provider, environment, silentFor = { hours: 48 } } = options;
  const journal = await visitJournal(provider, incidentId, environment.clock);
  try {
    const { entries } = journal;
    const heard = openSince(entries);
    const deadFrom = (heard ?? Number.NEGATIVE_INFINITY) + milliseconds(silentFor);
    return {
      claims: claimsOf(incidentId, findingOf(entries, incidentId), entries),
      active: environment.clock.now().getTime() < deadFrom,
    };
  } finally {
    await journal.close();
  }
}

type Place = Pick<SweptThing, 'account' | 'region'>;

/** Looks on behalf of one incident: its sessions are named after it. */
class Looker {
  readonly #options: SweepOptions;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  #accounts({ claims: { incidentId, suspect } }: Incident) {
    const { environment } = this.#options;
    const incident = { id: incidentId, suspect };
    return {
      suspectAccount: environment.account('suspect', incident),
      securityAccount: environment.account('security', incident),
    };
  }

  /** What the incident has left in both accounts. */
  async look(incident: Incident): Promise<readonly SweptThing[]> {
    const { stagingBuckets = [] } = this.#options;
    const accounts = this.#accounts(incident);
    const things = await thingsOf(accounts, { claims: incident.claims, stagingBuckets });
    return things.map((thing) => {
      const { id: account, region } = accounts[`${thing.role}Account`];
      const used = incident.active && thing.standing === 'left-over';
      const standing = used
        ? ({ standing: 'in-use', why: 'its incident is open, and was heard of lately' } as const)
        : {};
      return { ...thing, ...standing, incident: incident.claims.incidentId, account, region };
    });
  }

  /** What carries the tag of an incident that no journal knows, once for every place that incidents have been in. */
  async strangers(known: ReadonlyMap<string, Incident>): Promise<readonly SweptThing[]> {
    const found: SweptThing[] = [];
    const seen = new Set<string>();
    for (const incident of known.values()) {
      const { securityAccount } = this.#accounts(incident);
      const place: Place = { account: securityAccount.id, region: securityAccount.region };
      const name = `${place.account} ${place.region}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const things = (await taggedThings(securityAccount)).filter((thing) => !known.has(thing.incident));
      const judged = judgeTagged(things, () => undefined);
      found.push(
        ...judged.map((thing, at) => ({ ...thing, ...place, incident: things[at]?.incident ?? '' })),
      );
    }
    return found;
  }
}

/** Deletes what one incident has left; says what came of it. */
async function sweepOne(
  before: readonly SweptThing[],
  {
    incident,
    looker,
    options,
  }: { readonly incident: Incident; readonly looker: Looker; readonly options: SweepOptions },
): Promise<readonly SweptThing[]> {
  const { order, stagingBuckets = [] } = options;
  const isLeft = before.some(({ standing }) => standing === 'left-over');
  if (order === undefined || !isLeft) return before;
  const { incidentId } = incident.claims;
  await sweepIncident({ ...options, ...order, incidentId, stagingBuckets });
  const after = new Set((await looker.look(incident)).map(({ kind, id }) => `${kind} ${id}`));
  return before.map((thing) => {
    const gone = thing.standing === 'left-over' && !after.has(`${thing.kind} ${thing.id}`);
    return gone ? { ...thing, deleted: true } : thing;
  });
}

async function readAll(
  options: SweepOptions,
  troubles: SweepTrouble[],
): Promise<ReadonlyMap<string, Incident>> {
  const incidents = new Map<string, Incident>();
  for (const id of await options.journal.list()) {
    try {
      incidents.set(id, await readIncident(id, options));
    } catch (error) {
      troubles.push(troubleOf(id, error));
    }
  }
  return incidents;
}

/**
 * Finds what dead runs have left in both accounts and the staging buckets. Deletes it when there is an order, and only
 * what carries an incident's tag **and** stands in its journal: a tag alone is anybody's to write. What contains a
 * suspect stays until its release; evidence stays.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const troubles: SweepTrouble[] = [];
  const incidents = await readAll(options, troubles);
  const looker = new Looker(options);
  const things: SweptThing[] = [];
  for (const [id, incident] of incidents) {
    if (options.incidents !== undefined && !options.incidents.includes(id)) continue;
    let found: readonly SweptThing[] = [];
    try {
      found = await looker.look(incident);
      found = await sweepOne(found, { incident, looker, options });
    } catch (error) {
      troubles.push(
        isInUse(error)
          ? { incident: id, code: 'JOURNAL_IN_USE', message: 'a living process has it' }
          : troubleOf(id, error),
      );
    }
    things.push(...found);
  }
  if (options.incidents === undefined) things.push(...(await looker.strangers(incidents)));
  return { things, troubles };
}
