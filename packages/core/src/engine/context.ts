import type { Account } from './account.js';
import type { EvidenceWriter, RecordedArtifact } from './artifact.js';
import type { Duration } from './duration.js';
import type { FactList, Facts } from './fact.js';
import type { Finding, Suspect } from './finding.js';
import type { HostLimits } from './host-limits.js';
import type { JsonValue } from './json.js';
import type { Observation } from './observation.js';
import type { Phase, SuspectPhase } from './phase.js';
import type { RemoteHost } from './remote-host.js';

/** A call of `start` or `poll` ended: the step is done. */
export interface Done<Provided> {
  readonly status: 'done';
  readonly facts: Provided;
}

/** A call of `start` or `poll` ended: look again later, with this ticket. */
export interface Waiting<Ticket> {
  readonly status: 'waiting';
  readonly ticket: Ticket;
  readonly after: Duration;
}

type Show<T> = { [K in keyof T]: T[K] } & {};

export interface CanFinish<Provides extends FactList> {
  done(facts: Show<Facts<Provides>>): Done<Facts<Provides>>;
}

export interface CanWait<Ticket> {
  /** `after` is the best estimate of when it will be ready, not a polling rate; zero: go on in the next call. */
  waiting(ticket: Ticket, after: Duration): Waiting<Ticket>;
}

/** How a step stands, for those that report on it. */
export interface StepSummary {
  readonly id: string;
  readonly phase: Phase;
  readonly status: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  readonly startedAt?: string;
  readonly settledAt?: string;
  /** Failure code, or why it was skipped. */
  readonly reason?: string;
}

/** A changing call to AWS, with the step that made it. */
export interface ChangeSummary {
  readonly step: string;
  readonly at: string;
  readonly operation: string;
  readonly resources: readonly string[];
  readonly principal: string;
  readonly outcome: string;
  readonly requestId?: string;
}

/** What a guard decided, and who said so when a person did. */
export interface DecisionSummary {
  readonly guard: string;
  readonly at: string;
  readonly allow: boolean;
  readonly reason: string;
  readonly by?: string;
}

/** What a step should have done and could not, though it did the rest. */
export interface GapSummary {
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

/** The incident as its journal shows it at this moment. */
export interface IncidentView {
  readonly id: string;
  readonly finding: Finding;
  readonly suspect: Suspect;
  readonly openedAt: string;
  /** Digest of the plan that is carried out: what a person says yes to. */
  readonly planSha256: string;
  steps(): readonly StepSummary[];
  artifacts(): readonly (RecordedArtifact & { readonly step: string })[];
  observations(): readonly Observation[];
  changes(): readonly ChangeSummary[];
  decisions(): readonly DecisionSummary[];
  gaps(): readonly GapSummary[];
  /** Last hash of every ledger, for the manifest. */
  heads(): { readonly [ledger: string]: string };
}

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Something that must be made once, though AWS has no client token for it. */
export interface Effect<Result extends JsonValue> {
  /** Looks for what an earlier call made: by tag, owner and time. Read-only. */
  find(): Promise<Result | null>;
  make(): Promise<Result>;
}

/** What every step gets. */
export interface BaseContext {
  readonly incident: IncidentView;
  /** 32 hex digits, the same on every attempt of this step: the ClientToken, or the tag `cordon:key`. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** This call must have returned by then. */
  readonly deadline: Date;
  /** What the host gives this call: for those who may do their work elsewhere. */
  readonly limits: HostLimits;
  now(): Date;
  /** A short wait inside one call; longer ones are `ctx.waiting`. */
  sleep(duration: Duration): Promise<void>;
  readonly suspectAccount: Account;
  readonly securityAccount: Account;
  /** A host of the security account that SSM reaches: the forensic instance. */
  forensicHost(instanceId: string): RemoteHost;
  readonly evidence: EvidenceWriter;
  /** Records what an analysis saw; written with the step's next entry. */
  observe(...observations: readonly Observation[]): void;
  /** A remark for the journal, written with the step's next entry. */
  notice(code: string, message: string): void;
  /**
   * Something that this step should have done and could not, though it did the rest: a volume that no key opens, a
   * partition that cannot be mounted. The incident is then `incomplete` at best, and the report says why.
   */
  gap(code: string, message: string): void;
  /** Written at once, before something is opened on purpose. */
  exposed(what: string, duration: Duration): Promise<void>;
  /**
   * Makes something once, in a poll that may be repeated: announces it, makes it, and keeps the result. When an earlier
   * announcement was never answered, `find` is asked, and its null believed only when AWS must have shown the effect;
   * until then the answer is undefined: wait with the same ticket.
   */
  makeOnce<Result extends JsonValue>(name: string, effect: Effect<Result>): Promise<Result | undefined>;
  /** Live progress; not recorded. */
  progress(done: number, total: number, unit: string): void;
  readonly log: Logger;
}

/** What a step of protect, contain, capture or seal gets: the instance itself too. */
export interface SuspectContext extends BaseContext {
  readonly suspect: RemoteHost;
}

export type ContextOf<P extends Phase> = P extends SuspectPhase ? SuspectContext : BaseContext;
