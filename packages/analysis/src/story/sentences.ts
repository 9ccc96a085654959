import type { Observation } from '@cordon/core';
import { SEVERITY_RANK } from '../engine/severity.js';

/** One line of a chapter. */
export interface Sentence {
  /** May quote the intruder. */
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly at?: string;
  readonly severity: Observation['severity'];
  /** Place in the list that `correlate` was given. */
  readonly observation: number;
}

/** An observation and its place in the list. */
export interface Member {
  readonly observation: Observation;
  readonly index: number;
}

const MAX_SENTENCES = 12;
const INDICATOR_RULE = 'indicator.in-file';

/** Without a time last; within the same time the worst first. */
export function byTime(a: Observation, b: Observation): number {
  const [left, right] = [a.at ?? '9', b.at ?? '9'];
  if (left !== right) return left < right ? -1 : 1;
  return SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity];
}

/** The worst of each rule and thing, by time, each sentence once. */
export function sentencesOf(members: readonly Member[]): readonly Sentence[] {
  const told = members.filter(({ observation }) => observation.rule !== INDICATOR_RULE);
  const worst = [...told]
    .sort((a, b) => SEVERITY_RANK[b.observation.severity] - SEVERITY_RANK[a.observation.severity])
    .slice(0, MAX_SENTENCES)
    .sort((a, b) => byTime(a.observation, b.observation));
  const seen = new Set<string>();
  const once = worst.filter(({ observation: { title } }) => !seen.has(title) && seen.add(title));
  return [...once.map((member) => sentence(member)), ...indicatorSentences(members)];
}

function sentence({ observation, index }: Member, text = observation.title): Sentence {
  const { at, severity } = observation;
  return { text, ...(at === undefined ? {} : { at }), severity, observation: index };
}

/** Where an address was found is one sentence, not one for each file. */
function indicatorSentences(members: readonly Member[]): readonly Sentence[] {
  const found = new Map<string, Member[]>();
  for (const member of members) {
    const { rule, entity } = member.observation;
    if (rule === INDICATOR_RULE) found.set(entity, [...(found.get(entity) ?? []), member]);
  }
  return [...found].flatMap(([entity, all]) => {
    const [first] = [...all].sort((a, b) => byTime(a.observation, b.observation));
    const files = all.length === 1 ? 'file' : 'files';
    const text = `${entity.replace(/^[a-z]+:/, '')}, which the finding names, stands in ${all.length} ${files}`;
    return first === undefined ? [] : [sentence(first, text)];
  });
}
