import * as v from 'valibot';
import type { CallRecord } from '../../engine/account.js';
import type { BaseContext } from '../../engine/context.js';
import type { Entry } from '../../engine/entry.js';
import type { Finding, Suspect } from '../../engine/finding.js';
import type { JsonValue } from '../../engine/json.js';
import { stepKey } from '../../engine/step-key.js';
import { runLedgerOf } from '../../journal/names.js';
import { type CustodySnapshots, CustodySnapshotsSchema } from '../facts.js';

/** A step that announced that it would make something, under this key. */
export interface Intent {
  readonly step: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an incident's journal says of things in AWS: the half of the proof that no tag can forge. */
export interface Claims {
  readonly incidentId: string;
  readonly suspect: Suspect;
  /** Ids that changing calls which AWS accepted have named. */
  readonly named: ReadonlySet<string>;
  /** Security groups that this incident has made in the suspect account. */
  readonly groups: ReadonlySet<string>;
  /** Copies of snapshots that it has made, in either account. */
  readonly copies: ReadonlySet<string>;
  /** By key: the tags of what a step has made carry it. */
  readonly intents: ReadonlyMap<string, Intent>;
  /** Snapshots that have been copied for custody: nothing else need be kept to read their disks. */
  readonly inCustody: ReadonlySet<string>;
  /** Paths of the artifacts in the evidence store. */
  readonly artifacts: ReadonlySet<string>;
  /** Whether the suspect was let out again: nothing contains it any more. */
  readonly released: boolean;
}

type Made = Pick<CallRecord, 'operation' | 'resources'>;

function groupsMade(calls: readonly CallRecord[], account: string): ReadonlySet<string> {
  const there = calls.filter(
    (call) => call.operation === 'ec2:CreateSecurityGroup' && call.account === account,
  );
  return new Set(there.flatMap(({ resources }) => resources.filter((id) => id.startsWith('sg-'))));
}

/** A call's record names what was asked first, and then what came of it: the source is never taken for its copy. */
function copiesMade(calls: readonly Made[]): ReadonlySet<string> {
  const snapshots = calls
    .filter(({ operation }) => operation === 'ec2:CopySnapshot')
    .map(({ resources }) => resources.filter((id) => id.startsWith('snap-')));
  return new Set(snapshots.flatMap((ids) => (ids.length > 1 ? (ids.at(-1) ?? []) : [])));
}

/** A ticket and a result are what a step's own code wrote: ids that `recover` found stand only there. */
function idsIn(value: JsonValue | undefined, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (Array.isArray(value)) for (const item of value) idsIn(item, into);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) idsIn(item, into);
}

function namedIn(entries: readonly Entry[]): Set<string> {
  const named = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'waiting') idsIn(entry.body.ticket, named);
    if (entry.kind === 'effect') idsIn(entry.body.result, named);
    if (entry.kind === 'call' && entry.body.mutating && entry.body.outcome === 'ok')
      for (const id of entry.body.resources) named.add(id);
  }
  return named;
}

function intentsIn(incidentId: string, entries: readonly Entry[]): ReadonlyMap<string, Intent> {
  const intents = new Map<string, Intent>();
  for (const entry of entries) {
    if (entry.kind !== 'intent') continue;
    const key = stepKey(incidentId, entry.ledger, entry.body.generation);
    if (!intents.has(key)) intents.set(key, { step: entry.ledger, at: Date.parse(entry.at) });
  }
  return intents;
}

function custodyIn(entries: readonly Entry[]): ReadonlySet<string> {
  const facts = entries.flatMap((entry) =>
    entry.kind === 'succeeded' ? [entry.body.facts['custodySnapshots']] : [],
  );
  const copied = facts.flatMap((fact) => {
    const read = v.safeParse(CustodySnapshotsSchema, fact);
    return read.success ? read.output : [];
  });
  return new Set(copied.map(({ sourceSnapshotId }) => sourceSnapshotId));
}

const RELEASE = /^release-[0-9]+\/run$/;

function wasReleased(entries: readonly Entry[]): boolean {
  return entries.some(
    (entry) => entry.kind === 'closed' && RELEASE.test(entry.ledger) && entry.body.outcome === 'complete',
  );
}

/** The claims of an incident, by its journal as anybody may read it. */
export function claimsOf(incidentId: string, finding: Finding, entries: readonly Entry[]): Claims {
  const calls = entries.flatMap((entry) =>
    entry.kind === 'call' && entry.body.mutating && entry.body.outcome === 'ok' ? [entry.body] : [],
  );
  const { suspect } = finding;
  return {
    incidentId,
    suspect,
    named: namedIn(entries),
    groups: groupsMade(calls, suspect.account),
    copies: copiesMade(calls),
    intents: intentsIn(incidentId, entries),
    inCustody: custodyIn(entries),
    artifacts: new Set(entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body.path] : []))),
    released: wasReleased(entries),
  };
}

/** When each run of an incident that is not closed was last heard of; in milliseconds since the epoch. */
export function openSince(entries: readonly Entry[]): number | undefined {
  const closed = new Set(entries.flatMap(({ kind, ledger }) => (kind === 'closed' ? [ledger] : [])));
  const open = entries.filter(({ ledger }) => !closed.has(runLedgerOf(ledger)));
  const heard = open.map((entry) =>
    entry.kind === 'intent' ? Date.parse(entry.body.leaseUntil) : Date.parse(entry.at),
  );
  return heard.length === 0 ? undefined : Math.max(...heard);
}

/** More generations than the engine gives a step. */
const GENERATIONS = 10;

/** The same, as a step of the incident itself sees it. */
export function claimsFrom(ctx: BaseContext, custody: CustodySnapshots | undefined): Claims {
  const { incident } = ctx;
  const changes = incident.changes().filter(({ outcome }) => outcome === 'ok');
  const intents = incident
    .steps()
    .flatMap(({ id: step, startedAt }) =>
      startedAt === undefined
        ? []
        : Array.from(
            { length: GENERATIONS },
            (_, generation) =>
              [stepKey(incident.id, step, generation), { step, at: Date.parse(startedAt) }] as const,
          ),
    );
  return {
    incidentId: incident.id,
    suspect: incident.suspect,
    named: new Set(changes.flatMap(({ resources }) => resources)),
    groups: new Set(),
    copies: copiesMade(changes),
    intents: new Map(intents),
    inCustody: new Set(custody?.map(({ sourceSnapshotId }) => sourceSnapshotId)),
    artifacts: new Set(incident.artifacts().map(({ path }) => path)),
    released: false,
  };
}
