import { describe, expect, it } from 'vitest';
import { correlation, run, times } from './correlating.js';

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
