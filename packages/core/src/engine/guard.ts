import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ContextOf, Waiting } from './context.js';
import type { Duration } from './duration.js';
import type { Verdict } from './entry.js';
import type { FactList, Facts, WantedFacts } from './fact.js';
import { StepFailure } from './failure.js';
import {
  type finding,
  finding as findingFact,
  type Suspect,
  type suspect,
  suspect as suspectFact,
} from './finding.js';
import { type GuardDefault, type Step, type StepActions, toStep } from './step.js';

/** A guard's answer: contain, or leave alone. */
export interface GuardAnswer {
  readonly status: 'done';
  readonly facts: Record<string, never>;
  readonly verdict: Verdict;
}

type Given = readonly [typeof finding, typeof suspect];
type Show<T> = { [K in keyof T]: T[K] } & {};

/** What a guard's answer rests upon. */
export type GuardGrounds = Pick<Verdict, 'by' | 'finding'>;

export type GuardContext<Ticket> = ContextOf<'protect'> & {
  /** `finding` replaces the one that was sent, and must be about the same instance. */
  allow(reason: string, grounds?: GuardGrounds): GuardAnswer;
  refuse(reason: string, grounds?: Pick<GuardGrounds, 'by'>): GuardAnswer;
  /** Ask again later: an approval that has not come yet. */
  waiting(ticket: Ticket, after: Duration): Waiting<Ticket>;
};

export interface Guard<Id extends string, Wants extends FactList, Ticket> {
  readonly id: Id;
  readonly title: string;
  readonly version?: number;
  /** What it counts as when it fails: containment that nobody asked for, or an intruder left alone. Say it. */
  readonly onFailure: GuardDefault;
  readonly wants?: Wants;
  readonly actions?: StepActions;
  readonly timeout?: Duration;
  /** Shape of the ticket, for guards that wait. */
  readonly ticket?: StandardSchemaV1<unknown, Ticket>;
  /** `ticket` is undefined on the first call. */
  check(
    ctx: GuardContext<Ticket>,
    facts: Show<Facts<Given> & WantedFacts<Wants>>,
    ticket: Ticket | undefined,
  ): Promise<GuardAnswer | Waiting<Ticket>>;
}

function answer(verdict: Verdict): GuardAnswer {
  return { status: 'done', facts: {}, verdict };
}

/** The context with the two words of a guard. */
function guardContext<Ticket>(ctx: object): GuardContext<Ticket> {
  // The engine's context has all the rest.
  const base = ctx as ContextOf<'protect'>;
  const words = {
    allow: (reason: string, grounds: GuardGrounds = {}) => {
      assertSameInstance(base.incident.suspect, grounds.finding?.suspect);
      return answer({ allow: true, reason, ...grounds });
    },
    refuse: (reason: string, grounds: GuardGrounds = {}) => answer({ allow: false, reason, ...grounds }),
  };
  return { ...base, ...words } as GuardContext<Ticket>;
}

function assertSameInstance(known: Suspect, given: Suspect | undefined): void {
  const same = (['instanceId', 'account', 'region', 'partition'] as const).every(
    (name) => given === undefined || given[name] === known[name],
  );
  if (!same)
    throw StepFailure.permanent('FINDING_DOES_NOT_MATCH', 'a guard gave a finding about another instance');
}

/**
 * A guard stands in protect and must say yes before anything touches the suspect's network, role or content.
 * Its no skips those steps; what is harmless and the report go on.
 */
export function defineGuard<
  const Id extends string,
  const Wants extends FactList = readonly [],
  Ticket = never,
>(guard: Guard<Id, Wants, Ticket>): Step<Id, 'protect', Given, Wants, readonly []> {
  const check = (ctx: object, facts: unknown, ticket: unknown) =>
    guard.check(
      guardContext<Ticket>(ctx),
      facts as Show<Facts<Given> & WantedFacts<Wants>>,
      ticket as Ticket | undefined,
    );
  const declaration = {
    ...guard,
    phase: 'protect',
    needs: [findingFact, suspectFact],
    provides: [],
    timeout: guard.timeout ?? { seconds: 30 },
    start: (ctx: object, facts: unknown) => check(ctx, facts, undefined),
    ...(guard.ticket === undefined
      ? {}
      : { poll: (ctx: object, ticket: unknown, facts: unknown) => check(ctx, facts, ticket) }),
  };
  return toStep(declaration, guard.onFailure);
}
