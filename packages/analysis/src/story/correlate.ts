import type { Finding, Observation } from '@cordon/core';
import { isAtLeast } from '../engine/severity.js';
import { isAttempt } from './attempt.js';
import { CHAPTER_TITLES, CHAPTERS, type ChapterId, chapterOf } from './chapter.js';
import { together } from './confidence.js';
import { byTime, type Member, type Sentence, sentencesOf } from './sentences.js';
import { type Tie, type WebOptions, weave } from './ties.js';

/** One part of what happened. */
export interface Chapter {
  readonly id: ChapterId;
  readonly title: string;
  /** ISO 8601, UTC: the first and last time that its observations know. */
  readonly from?: string;
  readonly to?: string;
  /** What happened, by time. */
  readonly sentences: readonly Sentence[];
  /** Places in the list that `correlate` was given. */
  readonly observations: readonly number[];
  /** 0 to 1. */
  readonly confidence: number;
}

/** What the observations add up to. */
export interface Story {
  /** In the order of an intrusion; empty ones are left out. */
  readonly chapters: readonly Chapter[];
  /** 0 to 1: how sure it is that this was an intrusion. */
  readonly confidence: number;
  /** ISO 8601: when the intruder is first known to have been inside. */
  readonly firstEntryAt?: string;
  /** What holds the story together: what the finding names first, also where nobody saw it. */
  readonly ties: readonly Tie[];
  /** Places of low and medium observations that nothing leads to, and that are of another time. */
  readonly aside: readonly number[];
  /** Addresses that the intruder came from or talked to: of the finding, and of observations high or above. */
  readonly addresses: readonly string[];
  /** Accounts that the intruder used or made. */
  readonly users: readonly string[];
  /** Files that the intruder left. */
  readonly files: readonly string[];
}

/** What was done a little before the first sign may have been done by the same hand. */
const BEFORE_MS = 10 * 60_000;

/** Groups observations of all artifacts into one story. Deterministic; nothing is dropped, only grouped. */
export function correlate(
  observations: readonly Observation[],
  finding: Finding,
  options: WebOptions = {},
): Story {
  const { linked, ties } = weave(observations, finding, options);
  const members = observations.map((observation, index) => ({ observation, index }));
  const told = members.filter(({ observation }) => isAtLeast(observation.severity, 'low'));
  const isIn = within(told, linked);
  const chapters = CHAPTERS.flatMap((id) => chapter(id, told.filter(isIn), linked) ?? []);
  const bad = told.filter(({ observation }) => isAtLeast(observation.severity, 'high'));
  const entry = chapters.find(({ id }) => id === 'entry')?.from;
  const firstEntryAt = entry ?? timesOf(bad)[0];
  const entities = bad.map(({ observation }) => observation.entity);
  return {
    chapters,
    confidence: together(bad.map((member) => ({ ...member, linked: linked.has(member.index) }))),
    ...(firstEntryAt === undefined ? {} : { firstEntryAt }),
    ties,
    aside: told.filter((member) => !isIn(member)).map(({ index }) => index),
    addresses: distinct([...finding.remote.addresses, ...named(entities, 'ip:')]),
    users: distinct(named(entities, 'user:')),
    files: distinct(named(entities, 'file:')),
  };
}

/** Belongs to the story: what something leads to, what is grave, and what happened at that time or nobody knows when. */
function within(told: readonly Member[], linked: ReadonlySet<number>): (member: Member) => boolean {
  const [first] = timesOf(
    told.filter(({ observation, index }) => linked.has(index) && !isAttempt(observation)),
  );
  const since = first === undefined ? undefined : Date.parse(first) - BEFORE_MS;
  return ({ observation: { severity, at }, index }) => {
    if (linked.has(index) || isAtLeast(severity, 'high')) return true;
    return since === undefined || at === undefined || Date.parse(at) >= since;
  };
}

/** Info observations tell no story; a chapter of low ones only is told, but with little confidence. */
function chapter(id: ChapterId, told: readonly Member[], linked: ReadonlySet<number>): Chapter | undefined {
  const members = told
    .filter(({ observation }) => chapterOf(observation) === id)
    .sort((a, b) => byTime(a.observation, b.observation));
  if (members.length === 0) return undefined;
  const times = timesOf(decisive(id, members));
  const [from, to] = [times[0], times.at(-1)];
  const signs = members.filter(({ observation }) => isAtLeast(observation.severity, 'medium'));
  return {
    id,
    title: CHAPTER_TITLES[id],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    sentences: sentencesOf(members),
    observations: members.map(({ index }) => index),
    confidence: together(signs.map((member) => ({ ...member, linked: linked.has(member.index) }))),
  };
}

/** Guessing is not entry: what it ended in is. */
function decisive(id: ChapterId, members: readonly Member[]): readonly Member[] {
  if (id !== 'entry') return members;
  const inside = members.filter(({ observation }) => !isAttempt(observation));
  return inside.length > 0 ? inside : members;
}

function timesOf(members: readonly Member[]): readonly string[] {
  return members.flatMap(({ observation: { at } }) => (at === undefined ? [] : [at])).sort();
}

function named(entities: readonly string[], prefix: string): readonly string[] {
  return entities.flatMap((entity) => (entity.startsWith(prefix) ? [entity.slice(prefix.length)] : []));
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
