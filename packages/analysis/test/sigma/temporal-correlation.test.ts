import { describe, expect, it } from 'vitest';
import { correlation, happening, run } from './correlating.js';

describe('temporal', () => {
  const rule = correlation('type: temporal\nrules: [a, b, c]\ngroup-by: [ip]\ntimespan: 10s');

  it('needs every rule within the timespan, in any order', () => {
    expect(run([rule], happening('c@0 a@3 b@9'))).toHaveLength(1);
    expect(run([rule], happening('c@0 a@3 b@11'))).toEqual([]);
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
    expect(run([ordered], happening('c@0 a@3 b@9'))).toEqual([]);
    expect(run([ordered], happening('a@0 b@3 c@9'))).toHaveLength(1);
    expect(run([ordered], happening('a@0 b@3 c@12'))).toEqual([]);
    expect(run([ordered], happening('a@0 a@5 b@6 c@12'))).toHaveLength(1);
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
