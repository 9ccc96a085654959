import type { Finding, Observation } from '@cordon/core';
import { isAtLeast, SEVERITY_RANK } from '../engine/severity.js';
import { CHAPTER_TITLES, CHAPTERS, type ChapterId, chapterOf } from './chapter.js';

/** One part of what happened. */
export interface Chapter {
  readonly id: ChapterId;
  readonly title: string;
  /** ISO 8601, UTC: the first and last time that its observations know. */
  readonly from?: string;
  readonly to?: string;
  /** Titles of what happened, by time, the worst of each moment; texts may be the intruder's. */
  readonly sentences: readonly string[];
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
  /** Addresses that the intruder came from or talked to: of the finding, and of observations high or above. */
  readonly addresses: readonly string[];
  /** Accounts that the intruder used or made. */
  readonly users: readonly string[];
  /** Files that the intruder left. */
  readonly files: readonly string[];
}

const MAX_SENTENCES = 12;

/** Groups observations of all artifacts into one story. Deterministic; nothing is dropped, only grouped. */
export function correlate(observations: readonly Observation[], finding: Finding): Story {
  const chapters = CHAPTERS.flatMap((id) => chapter(id, observations) ?? []);
  const bad = observations.filter(({ severity }) => isAtLeast(severity, 'high'));
  const firstEntryAt = chapters.find(({ id }) => id === 'entry')?.from ?? earliest(bad);
  return {
    chapters,
    confidence: together(bad.map(({ confidence = 0.5 }) => confidence)),
    ...(firstEntryAt === undefined ? {} : { firstEntryAt }),
    addresses: distinct([...finding.remote.addresses, ...entitiesOf(bad, 'ip:')]),
    users: distinct(entitiesOf(bad, 'user:')),
    files: distinct(entitiesOf(bad, 'file:')),
  };
}

/** Info observations tell no story; a chapter of low ones only is told, but with little confidence. */
function chapter(id: ChapterId, observations: readonly Observation[]): Chapter | undefined {
  const members = observations
    .map((observation, index) => ({ observation, index }))
    .filter(({ observation }) => isAtLeast(observation.severity, 'low') && chapterOf(observation) === id)
    .sort((a, b) => byTime(a.observation, b.observation));
  if (members.length === 0) return undefined;
  const seen = members.map(({ observation }) => observation);
  const times = decisive(id, seen).flatMap(({ at }) => (at === undefined ? [] : [at]));
  const [from, to] = [times[0], times.at(-1)];
  return {
    id,
    title: CHAPTER_TITLES[id],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    sentences: sentences(seen),
    observations: members.map(({ index }) => index),
    confidence: together(
      seen.filter(({ severity }) => isAtLeast(severity, 'medium')).map(({ confidence = 0.5 }) => confidence),
    ),
  };
}

/** Guessing is not entry: what it ended in is. */
function decisive(id: ChapterId, seen: readonly Observation[]): readonly Observation[] {
  if (id !== 'entry') return seen;
  const inside = seen.filter(({ rule }) => rule !== 'log.ssh-brute-force');
  return inside.length > 0 ? inside : seen;
}

/** Without a time last; within the same time the worst first. */
function byTime(a: Observation, b: Observation): number {
  const [left, right] = [a.at ?? '9', b.at ?? '9'];
  if (left !== right) return left < right ? -1 : 1;
  return SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity];
}

/** The worst of each rule and thing, each sentence once. */
function sentences(seen: readonly Observation[]): readonly string[] {
  const told = seen.filter(({ rule }) => rule !== INDICATOR_RULE);
  return [...worstOf(told), ...indicatorSentences(seen)];
}

const INDICATOR_RULE = 'indicator.in-file';

/** Where an address was found is one sentence, not one for each file. */
function indicatorSentences(seen: readonly Observation[]): readonly string[] {
  const files = new Map<string, number>();
  for (const { rule, entity } of seen)
    if (rule === INDICATOR_RULE) files.set(entity, (files.get(entity) ?? 0) + 1);
  return [...files].map(
    ([entity, count]) =>
      `${entity.replace(/^[a-z]+:/, '')}, which the finding names, stands in ${count} ${count === 1 ? 'file' : 'files'}`,
  );
}

function worstOf(seen: readonly Observation[]): readonly string[] {
  const worst = [...seen]
    .sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity])
    .slice(0, MAX_SENTENCES);
  return distinct([...worst].sort(byTime).map(({ title }) => title));
}

/** Independent signs: each leaves less doubt. Never quite certain. */
function together(confidences: readonly number[]): number {
  const doubt = confidences.reduce((product, confidence) => product * (1 - Math.min(confidence, 0.95)), 1);
  return confidences.length === 0 ? 0.1 : Math.min(0.99, Math.round((1 - doubt) * 100) / 100);
}

function earliest(seen: readonly Observation[]): string | undefined {
  return seen.flatMap(({ at }) => (at === undefined ? [] : [at])).sort()[0];
}

function entitiesOf(seen: readonly Observation[], prefix: string): readonly string[] {
  return seen.flatMap(({ entity }) => (entity.startsWith(prefix) ? [entity.slice(prefix.length)] : []));
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
