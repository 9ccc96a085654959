import type { CallRecord } from './account.js';
import type { RecordedArtifact } from './artifact.js';
import type { FailureRecord } from './failure.js';
import type { Finding } from './finding.js';
import type { JsonValue } from './json.js';
import type { Observation } from './observation.js';
import type { Phase } from './phase.js';

/** What `opened` keeps of each step: enough to notice that the code has changed under a run. */
export interface PlannedStep {
  readonly id: string;
  readonly version: number;
  readonly phase: Phase;
  /** In `compile()`'s order; ids of steps. */
  readonly predecessors: readonly string[];
}

/** Of the statement that a signed anchor makes of the heads. */
export interface HeadsSignature {
  /** As KMS calls it. */
  readonly algorithm: 'ECDSA_SHA_256';
  /** DER, in base64. */
  readonly value: string;
}

/** When the heads are published: containment settled, seal settled, the end. */
export type AnchorMoment = 'contain' | 'seal' | 'close';

/** Why an incident is taken up again, in ledgers of their own: `release-1/...`, `retry-1/...`, `sweep-1/...`. */
export interface LaterOrder {
  readonly kind: 'release' | 'retry' | 'sweep';
  readonly approver: string;
  readonly reason: string;
  /** A release: although the state has drifted or high observations are open. */
  readonly force: boolean;
}

/** Why a step is not tried again. */
export interface RetryRefusal {
  readonly code: 'NO_SUCH_STEP' | 'NOT_FAILED' | 'NOT_SETTLED' | 'REFUSED_BY_GUARD' | 'TOO_LATE';
  readonly message: string;
}

/** What each kind of entry says. */
export interface EntryBodies {
  opened: {
    readonly incidentId: string;
    readonly pipeline: string;
    readonly finding: Finding;
    readonly plan: readonly PlannedStep[];
    /** In a later run: who wanted it, and why. */
    readonly order?: LaterOrder;
  };
  /** A later finding for the same suspect. */
  finding: { readonly finding: Finding };
  /** A host took the run over; intents before it belong to a process that is known dead. */
  resumed: { readonly host: string };
  /** What a containment step saved before it changed anything. */
  before: { readonly saved: JsonValue };
  intent: { readonly leaseUntil: string; readonly generation: number };
  call: CallRecord;
  /** Something a poll makes that AWS has no client token for: announced, made, or surely not made. */
  effect: { readonly name: string; readonly is: 'begun' | 'made' | 'not-made'; readonly result?: JsonValue };
  waiting: { readonly ticket: JsonValue; readonly pollAt: string };
  /** `recover` said null; asked again until it may be believed. */
  recovering: { readonly asked: number; readonly nextAt: string };
  retrying: { readonly failure: FailureRecord; readonly retryAt: string; readonly from: 'start' | 'poll' };
  succeeded: { readonly facts: { readonly [name: string]: JsonValue }; readonly verdict?: Verdict };
  failed: { readonly failure: FailureRecord };
  skipped: { readonly reason: SkipReason };
  /** `cancel` was asked; the step is settled by the `failed` that follows. */
  cancelled: { readonly reason: string };
  artifact: RecordedArtifact;
  observations: { readonly observations: readonly Observation[] };
  /** An interface stands open on purpose (domain: conversion group) until `until`. */
  exposed: { readonly what: string; readonly until: string };
  /** The heads were published outside of the journal, at one of its three moments. */
  anchor: {
    readonly moment: AnchorMoment;
    readonly where: string;
    readonly heads: { readonly [ledger: string]: string };
    readonly signature?: HeadsSignature;
  };
  /** A remark; `gap`: something that should have been done and could not, so that the outcome is not `complete`. */
  notice: { readonly code: string; readonly message: string; readonly gap?: true };
  /** A person wants a step of an open incident tried again; in a ledger of its own, `order-...`. */
  order: { readonly step: string; readonly approver: string; readonly reason: string };
  /** What the run made of an order: the steps that it took up again, or why not. */
  answered: {
    readonly order: string;
    readonly steps: readonly string[];
    readonly refused?: RetryRefusal;
  };
  /** A settled step stands at its beginning again, for this order. */
  reopened: { readonly order: string };
  /** A person's answer to a question that the run waits for; in a ledger of its own, `approval-...`. */
  approval: {
    readonly requestId: string;
    readonly step: string;
    readonly planSha256: string;
    readonly decision: 'yes' | 'no';
    readonly by: string;
    readonly reason?: string;
  };
  undone: { readonly step: string; readonly notRestored: readonly string[] };
  closed: { readonly outcome: Outcome; readonly heads: { readonly [ledger: string]: string } };
}

export type EntryKind = keyof EntryBodies;

/** What a guard answered. */
export interface Verdict {
  readonly allow: boolean;
  readonly reason: string;
  /** The person who said so, when one was asked: `SourceIdentity` of the sessions that follow. */
  readonly by?: string;
  /** The finding as its detector has it: from this verdict on it counts, and not what was sent. */
  readonly finding?: Finding;
}

export type SkipReason =
  | { readonly because: 'missing'; readonly facts: readonly string[] }
  | { readonly because: 'refused'; readonly guards: readonly string[] }
  | { readonly because: 'sealed' }
  | { readonly because: 'deadline' }
  | { readonly because: 'aborted' };

export type Outcome = 'complete' | 'incomplete' | 'failed' | 'refused';

/** An entry before the journal has given it its place. */
export type EntryDraft = {
  [K in EntryKind]: {
    readonly kind: K;
    readonly attempt?: number;
    readonly body: EntryBodies[K];
    /** Read-only calls made since the last entry. */
    readonly reads?: readonly CallRecord[];
  };
}[EntryKind];

/** A line of a ledger. `hash` covers everything else in it, as canonical JSON (RFC 8785). */
export type Entry = EntryDraft & {
  /** `run`, a step's id, `release-1/run`, `release-1/<step>`. */
  readonly ledger: string;
  /** From 0. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly attempt: number;
  /** Last hashes of the ledgers that this one relied on; on its first line. */
  readonly after?: { readonly [ledger: string]: string };
  /** Hash of the line before; '' on the first. */
  readonly prev: string;
  readonly hash: string;
};

/** Thrown by `append` when somebody else has written that place: read again and decide again. */
export class JournalConflict extends Error {
  override readonly name = 'JournalConflict';
}

/** Where one incident's journal lies. */
export interface JournalStore {
  /**
   * Appends to one ledger, all or nothing, durable when it resolves.
   *
   * @param expectedSeq - the `seq` of the first entry: how long the ledger is thought to be
   * @throws JournalConflict when the ledger is longer
   */
  append(ledger: string, entries: readonly Entry[], expectedSeq: number): Promise<void>;
  /** Every ledger's entries, each ledger in order. */
  read(): Promise<readonly Entry[]>;
  /** Names of the ledgers that there are: cheap, to see whether a visitor has left one. */
  ledgers(): Promise<readonly string[]>;
  close?(): Promise<void>;
}

/** The chained journal of one incident, over a store. */
export interface Journal {
  readonly incidentId: string;
  /** All entries known here, in the order in which they were read or appended. */
  readonly entries: readonly Entry[];
  /** Gives drafts their place and hashes and stores them. `after` is used when the ledger is new. */
  append(ledger: string, drafts: readonly EntryDraft[], after?: readonly string[]): Promise<readonly Entry[]>;
  /** Reads again what others may have written. */
  refresh(): Promise<void>;
  /** Whether somebody has begun a ledger that is not known here. */
  hasNews(): Promise<boolean>;
  /** Last hash of every ledger. */
  heads(): { readonly [ledger: string]: string };
  close(): Promise<void>;
}

/** Thrown by `open` when a living process has the journal open. */
export class JournalInUse extends Error {
  override readonly name = 'JournalInUse';
}

/** Journals of many incidents, and the lease that gives an instance one incident at a time. */
export interface JournalProvider {
  /**
   * The store of one incident, for the one host that drives it.
   *
   * @throws JournalInUse when a living process has it; that of a dead one is taken over
   */
  open(incidentId: string): Promise<JournalStore>;
  /** The same for someone who only reads, or adds a ledger of his own beside those of the host: takes no lock. */
  visit(incidentId: string): Promise<JournalStore>;
  /**
   * The same for one of several workers that drive an incident together: takes no lock, and goes on with any ledger.
   * Where there is none, workers `open` and take turns.
   */
  share?(incidentId: string): Promise<JournalStore>;
  /**
   * The open incident of this suspect: `candidate` when there was none, else the one that holds the lease.
   * Atomic over processes.
   */
  lease(suspectKey: string, candidate: string): Promise<string>;
  /** Gives the lease back; does nothing when somebody else holds it. */
  release(suspectKey: string, incidentId: string): Promise<void>;
  /** Incident ids that have a journal here. */
  list(): Promise<readonly string[]>;
}
