import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load, matches } from './rules.js';

/** Selections `a`, `b`, `c`, `_d`: each true when the field of that name is `1`. */
const rule = (condition: string) =>
  `${['a', 'b', 'c', '_d'].map((name) => `${name}:\n  ${name}: 1`).join('\n')}\ncondition: ${condition}`;
const event = (names: string) =>
  Object.fromEntries([...names].map((name) => [name === 'd' ? '_d' : name, 1]));

describe('conditions', () => {
  it.each([
    ['a', 'a', true],
    ['not a', '', true],
    ['a and b', 'a', false],
    ['a or b', 'b', true],
    ['a or b and c', 'a', true],
    ['(a or b) and c', 'a', false],
    ['not a and b', 'b', true],
    ['not (a and b)', 'a', true],
    ['not not a', 'a', true],
    ['a AND NOT b', 'a', true],
    ['1 of them', 'd', false],
    ['1 of them', 'c', true],
    ['any of them', 'c', true],
    ['all of them', 'abc', true],
    ['all of them', 'ab', false],
    ['2 of them', 'ab', true],
    ['2 of them', 'a', false],
    ['1 of _*', 'd', true],
    ['a and not 1 of b*', 'a', true],
    ['all of a* or c', 'c', true],
  ])('%s with %s is %s', (condition, names, expected) => {
    expect(matches(rule(condition), event(names))).toBe(expected);
  });

  it.each([
    ['x*z', true],
    ['*x_y_z*', true],
    ['x*y*z', true],
    ['**z', true],
    ['*x*x*', false],
    ['x?y_z', false],
    ['x.y_z', false],
    ['*y', false],
  ])('1 of %s names a selection x_y_z: %s', (target, expected) => {
    const { errors } = load(`x_y_z:\n  a: 1\ncondition: 1 of ${target}`);
    expect(errors.length === 0).toBe(expected);
  });

  it('with many wildcards are compared in time linear in a long name', () => {
    const name = `${'a'.repeat(900)}c`;
    // Backtracking would not end.
    const { errors } = load(`${name}:\n  a: 1\ncondition: 1 of ${'a*'.repeat(100)}b`);
    expect(errors[0]?.code).toBe('UNKNOWN_SELECTION');
  });

  it('are joined by or when there are several', () => {
    expect(matches('a:\n  a: 1\nb:\n  b: 1\ncondition:\n  - a\n  - b', event('b'))).toBe(true);
  });

  it.each([
    ['a and', 'CONDITION_SYNTAX'],
    ['(a or b', 'CONDITION_SYNTAX'],
    ['a b', 'CONDITION_SYNTAX'],
    ['x of a', 'CONDITION_SYNTAX'],
    ['a | count() > 5', 'CONDITION_SYNTAX'],
    ['nothing', 'UNKNOWN_SELECTION'],
    ['1 of nothing*', 'UNKNOWN_SELECTION'],
  ])('%s is an error', (condition, code) => {
    expect(load(rule(condition)).errors[0]?.code).toBe(code);
  });

  it('mean what they mean in TypeScript', () => {
    type Node = { readonly text: string; readonly value: (names: string) => boolean };
    const leaf = fc
      .constantFrom('a', 'b', 'c')
      .map((name): Node => ({ text: name, value: (names) => names.includes(name) }));
    const node = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        leaf,
        tie('node').map((n): Node => ({ text: `not (${n.text})`, value: (names) => !n.value(names) })),
        fc
          .tuple(tie('node'), tie('node'))
          .map(
            ([l, r]): Node => ({
              text: `(${l.text}) and ${r.text}`,
              value: (names) => l.value(names) && r.value(names),
            }),
          )
          .filter((n) => !/ and .* or /.test(n.text)),
        fc.tuple(tie('node'), tie('node')).map(
          ([l, r]): Node => ({
            text: `${l.text} or (${r.text})`,
            value: (names) => l.value(names) || r.value(names),
          }),
        ),
      ),
    })).node;
    fc.assert(
      fc.property(node, fc.subarray(['a', 'b', 'c']), ({ text, value }, names) => {
        expect(matches(rule(text), event(names.join('')))).toBe(value(names.join('')));
      }),
      { numRuns: 300 },
    );
  });
});
