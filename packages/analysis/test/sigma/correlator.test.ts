import { describe, expect, it } from 'vitest';
import { Correlator } from '../../src/sigma/correlator.js';
import type { SigmaEvent } from '../../src/sigma/event.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';

const base = (name: string) =>
  `title: ${name}\nname: ${name}\ndetection:\n  s:\n    type: ${name}\n  condition: s`;
const correlation = (body: string, name = 'found') =>
  `title: ${name}\nname: ${name}\ncorrelation:\n${body
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}`;

/** Runs events (seconds, type, fields) through the rules `a`, `b`, `c` and the given correlations. */
function run(correlations: readonly string[], events: readonly (readonly [number, string, SigmaEvent?])[]) {
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

const times = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, i) => from + i * step);

describe('event_count', () => {
  const rule = correlation(
    'type: event_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10s\ncondition:\n  gte: 5',
  );

  it('is fulfilled once by as many events as it asks for', () => {
    const hits = run(
      [rule],
      times(0, 8).map((t) => [t, 'a']),
    );
    expect(hits).toHaveLength(1);
    expect(hits[0]?.events).toHaveLength(5);
    expect(hits[0]?.group).toEqual({ ip: '192.0.2.1' });
  });

  it('counts each group by itself', () => {
    expect(
      run(
        [rule],
        times(0, 8).map((t) => [t, 'a', { ip: `192.0.2.${t % 2}` }]),
      ),
    ).toEqual([]);
  });

  it('looks at any stretch of the timespan, whatever the clock says', () => {
    expect(
      run(
        [rule],
        times(7, 5, 2.4).map((t) => [t, 'a']),
      ),
    ).toHaveLength(1);
    expect(
      run(
        [rule],
        times(0, 9, 2.6).map((t) => [t, 'a']),
      ),
    ).toEqual([]);
  });

  it('is fulfilled again when it was quiet in between', () => {
    const events = [...times(0, 6), ...times(100, 6)];
    expect(
      run(
        [rule],
        events.map((t) => [t, 'a']),
      ),
    ).toHaveLength(2);
  });

  it('waits for the end of the timespan where an upper limit is set', () => {
    const between = correlation('type: event_count\nrules: [a]\ntimespan: 10s\ncondition:\n  gt: 2\n  lt: 5');
    expect(
      run(
        [between],
        times(0, 4).map((t) => [t, 'a']),
      ),
    ).toHaveLength(1);
    expect(
      run(
        [between],
        times(0, 6).map((t) => [t, 'a']),
      ),
    ).toEqual([]);
  });
});

describe('value_count', () => {
  const rule = correlation(
    'type: value_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10s\ncondition:\n  field: user\n  gte: 3',
  );

  it('counts distinct values within the timespan', () => {
    expect(
      run(
        [rule],
        times(0, 6).map((t) => [t, 'a', { user: `u${t % 2}` }]),
      ),
    ).toEqual([]);
    expect(
      run(
        [rule],
        times(0, 3).map((t) => [t, 'a', { user: `u${t}` }]),
      ),
    ).toHaveLength(1);
    expect(
      run(
        [rule],
        times(0, 6, 6).map((t) => [t, 'a', { user: `u${t}` }]),
      ),
    ).toEqual([]);
  });

  it('does not count events without the field', () => {
    expect(
      run(
        [rule],
        times(0, 5).map((t) => [t, 'a', t < 3 ? {} : { user: `u${t}` }]),
      ),
    ).toEqual([]);
  });
});

describe('numbers', () => {
  const of = (type: string, condition: string) =>
    correlation(`type: ${type}\nrules: [a]\ntimespan: 1m\ncondition:\n  field: bytes\n  ${condition}`);
  const events = [10, 20, 90].map((bytes, t) => [t, 'a', { bytes }] as const);

  it('are added up, averaged and ranked', () => {
    expect(run([of('value_sum', 'gt: 119')], events)).toHaveLength(1);
    expect(run([of('value_sum', 'gt: 120')], events)).toEqual([]);
    expect(run([of('value_avg', 'gte: 40')], events)).toHaveLength(1);
    expect(run([of('value_percentile', 'gte: 90')], events)).toEqual([]);
    expect(run([of('value_percentile', 'percentile: 100\n  gte: 90')], events)).toHaveLength(1);
  });
});

describe('temporal', () => {
  const rule = correlation('type: temporal\nrules: [a, b, c]\ngroup-by: [ip]\ntimespan: 10s');

  it('needs every rule within the timespan, in any order', () => {
    expect(
      run(
        [rule],
        [
          [0, 'c'],
          [3, 'a'],
          [9, 'b'],
        ],
      ),
    ).toHaveLength(1);
    expect(
      run(
        [rule],
        [
          [0, 'c'],
          [3, 'a'],
          [11, 'b'],
        ],
      ),
    ).toEqual([]);
    expect(
      run(
        [rule],
        [
          [0, 'c'],
          [3, 'a'],
          [9, 'b', { ip: '192.0.2.9' }],
        ],
      ),
    ).toEqual([]);
  });

  it('needs the order too when it is ordered', () => {
    const ordered = rule.replace('temporal', 'temporal_ordered');
    expect(
      run(
        [ordered],
        [
          [0, 'c'],
          [3, 'a'],
          [9, 'b'],
        ],
      ),
    ).toEqual([]);
    expect(
      run(
        [ordered],
        [
          [0, 'a'],
          [3, 'b'],
          [9, 'c'],
        ],
      ),
    ).toHaveLength(1);
    expect(
      run(
        [ordered],
        [
          [0, 'a'],
          [3, 'b'],
          [12, 'c'],
        ],
      ),
    ).toEqual([]);
    expect(
      run(
        [ordered],
        [
          [0, 'a'],
          [5, 'a'],
          [6, 'b'],
          [12, 'c'],
        ],
      ),
    ).toHaveLength(1);
  });

  it('groups by aliases', () => {
    const aliased = correlation(
      'type: temporal\nrules: [a, b]\ngroup-by: [host]\ntimespan: 10s\naliases:\n  host:\n    a: src\n    b: dst',
    );
    expect(
      run(
        [aliased],
        [
          [0, 'a', { src: 'x' }],
          [1, 'b', { dst: 'x' }],
        ],
      )[0]?.group,
    ).toEqual({ host: 'x' });
    expect(
      run(
        [aliased],
        [
          [0, 'a', { src: 'x' }],
          [1, 'b', { dst: 'y', src: 'x' }],
        ],
      ),
    ).toEqual([]);
  });
});

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
      const hits = run(rules, [
        [0, 'a'],
        [1, 'a'],
        [2, 'a'],
        [30, 'b'],
      ]);
      expect(hits.map((hit) => hit.correlation.title)).toEqual(['many', 'story']);
    }
    expect(
      run(
        [many, story],
        [
          [0, 'b'],
          [1, 'a'],
          [2, 'a'],
          [3, 'a'],
        ],
      ),
    ).toHaveLength(1);
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
