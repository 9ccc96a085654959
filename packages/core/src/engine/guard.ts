import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ContextOf, Waiting } from './context.js';
import type { Duration } from './duration.js';
import type { Verdict } from './entry.js';
import type { FactList, Facts, WantedFacts } from './fact.js';
import { type finding, finding as findingFact, type suspect, suspect as suspectFact } from './finding.js';
import { type GuardDefault, type Step, type StepActions, toStep } from './step.js';

/** A guard's answer: contain, or leave alone. */
export interface GuardAnswer {
  readonly status: 'done';
  readonly facts: Record<string, never>;
  readonly verdict: Verdict;
}

type Given = readonly [typeof finding, typeof suspect];
type Show<T> = { [K in keyof T]: T[K] } & {};

export type GuardContext<Ticket> = ContextOf<'protect'> & {
  allow(reason: string): GuardAnswer;
  refuse(reason: string): GuardAnswer;
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

function answer(allow: Verdict['allow'], reason: string): GuardAnswer {
  return { status: 'done', facts: {}, verdict: { allow, reason } };
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
      // The engine's context has all of it but the two words of a guard.
      {
        ...ctx,
        allow: (reason: string) => answer(true, reason),
        refuse: (reason: string) => answer(false, reason),
      } as GuardContext<Ticket>,
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
