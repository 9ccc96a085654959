import { describe, expect, it } from 'vitest';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { base, correlation, happening, run } from './correlating.js';

describe('correlations of correlations', () => {
  const many = correlation(
    'type: event_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10s\ncondition:\n  gte: 3',
    'many',
  );
  const story = correlation(
    'type: temporal_ordered\nrules: [many, b]\ngroup-by: [ip]\ntimespan: 1m',
    'story',
  );

  it('find a success behind many failures, in whatever order they are written', () => {
    for (const rules of [
      [many, story],
      [story, many],
    ]) {
      const hits = run(rules, happening('a@0 a@1 a@2 b@30'));
      expect(hits.map((hit) => hit.correlation.title)).toEqual(['many', 'story']);
    }
    expect(run([many, story], happening('b@0 a@1 a@2 a@3'))).toHaveLength(1);
  });

  it('are errors when they refer to nothing or to each other', () => {
    const { errors } = loadSigmaRules([
      {
        file: 'c.yml',
        text: [story, story.replaceAll('story', 'other').replace('many', 'other'), base('b')].join('\n---\n'),
      },
    ]);
    expect(errors.map((error) => [error.code, error.line])).toEqual([
      ['UNKNOWN_RULE', 5],
      ['CIRCULAR_RULES', 13],
    ]);
  });

  it('is an error without a timespan that can be read', () => {
    const text = many.replace('10s', 'soon');
    expect(loadSigmaRules([{ file: 'c.yml', text }]).errors[0]).toMatchObject({ code: 'TIMESPAN', line: 7 });
  });
});
