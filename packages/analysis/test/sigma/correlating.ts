import { expect } from 'vitest';
import { Correlator } from '../../src/sigma/correlator.js';
import type { SigmaEvent } from '../../src/sigma/event.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';

/** A rule that finds events of the type that it is called by. */
export const base = (name: string) =>
  `title: ${name}\nname: ${name}\ndetection:\n  s:\n    type: ${name}\n  condition: s`;

export const correlation = (body: string, name = 'found') =>
  `title: ${name}\nname: ${name}\ncorrelation:\n${body
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}`;

/** Seconds, type, fields. */
type Happening = readonly [number, string, SigmaEvent?];

/** Runs events through the rules `a`, `b`, `c` and the given correlations. */
export function run(correlations: readonly string[], events: readonly Happening[]) {
  const text = [base('a'), base('b'), base('c'), ...correlations].join('\n---\n');
  const loaded = loadSigmaRules([{ file: 'c.yml', text }]);
  expect(loaded.errors).toEqual([]);
  const set = new RuleSet(loaded.rules, loaded.fields);
  const correlator = new Correlator(loaded.correlations);
  const hits = events.flatMap(([seconds, type, fields]) => {
    const event = { type, ip: '192.0.2.1', ...fields };
    return correlator.add({ at: seconds * 1000, event }, set.match(event));
  });
  return [...hits, ...correlator.end()];
}

export const times = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, i) => from + i * step);

/** `a@0 b@3`: an event of type `a` at once, one of type `b` after three seconds. */
export const happening = (story: string): readonly Happening[] =>
  story.split(' ').map((word) => {
    const [type = '', seconds] = word.split('@');
    return [Number(seconds), type];
  });
