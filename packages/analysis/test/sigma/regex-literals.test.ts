import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredLiterals } from '../../src/sigma/regex-literals.js';

const CASED = { ignoreCase: false };

describe('literals that a regular expression requires', () => {
  it.each([
    ['abc', ['abc']],
    ['ab?c', ['a']],
    ['ab+c', ['a']],
    ['ab*cde', ['cde']],
    ['a.bcd', ['bcd']],
    ['^ABC$', ['abc']],
    [String.raw`\bfoo\.bar\b`, ['foo.bar']],
    ['foo|barbaz', ['foo', 'barbaz']],
    ['x(?:foo|bar)y', ['xfooy', 'xbary']],
    ['-(W|R)+', ['-']],
    [String.raw`-(W|R)\s?x`, ['-w', '-r']],
    [
      '(a|b)(c|d)(e|f)(g|h)(i|j)',
      [
        'aceg',
        'aceh',
        'acfg',
        'acfh',
        'adeg',
        'adeh',
        'adfg',
        'adfh',
        'bceg',
        'bceh',
        'bcfg',
        'bcfh',
        'bdeg',
        'bdeh',
        'bdfg',
        'bdfh',
      ],
    ],
    ['(?:a|)bc', ['abc', 'bc']],
    ['(?:a|.)b', ['b']],
    ['naïve', ['na']],
    ['(?i)mask', ['ma']],
    ['(?:foo|bar)?xy', ['xy']],
    ['(?i)nc[^|]*-e', ['nc']],
    ['[abc]+', null],
    ['foo|.*', null],
    ['a{0,3}', null],
    ['(?:ab){2,}', ['ab']],
    ['(?=a)b', null],
    [String.raw`\x41bc`, null],
    ['ab)', null],
  ])('%s: %j', (source, expected) => {
    expect(requiredLiterals(source, CASED)).toEqual(expected);
  });

  it('leave out letters that case may change into others', () => {
    expect(requiredLiterals('task', { ignoreCase: true })).toEqual(['ta']);
  });

  it('stand in every text that matches', () => {
    const atom = fc.constantFrom('a', 'bc', 'D', '.', '[ab]', '[^c]', String.raw`\d`, String.raw`\.`);
    const quantified = fc
      .tuple(atom, fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,2}'))
      .map(
        ([text, quantifier]) => (text.length > 1 && !/^[[\\]/.test(text) ? `(?:${text})` : text) + quantifier,
      );
    const group = fc
      .tuple(fc.array(quantified, { maxLength: 2 }), fc.array(quantified, { maxLength: 2 }))
      .map(([a, b]) => `(?:${a.join('')}|${b.join('')})`);
    const part = fc.oneof({ arbitrary: quantified, weight: 3 }, group);
    const sequence = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const expression = fc.array(sequence, { minLength: 1, maxLength: 2 }).map((list) => list.join('|'));
    const pair = expression.chain((source) =>
      fc.tuple(fc.constant(source), fc.stringMatching(new RegExp(`^(?:${source})$`))),
    );
    fc.assert(
      fc.property(pair, ([source, text]) => {
        const literals = requiredLiterals(source, CASED);
        expect(literals === null || literals.some((literal) => text.toLowerCase().includes(literal))).toBe(
          true,
        );
      }),
      { numRuns: 150 },
    );
  });
});
