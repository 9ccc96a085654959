import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventView } from '../../src/sigma/event.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';
import { ruleText } from './rules.js';

describe('a set of rules', () => {
  const letters = ['a', 'b', 'B', 's', 'k', 'É', 'İ', 'Σ', 'ſ', 'K'];
  const text = fc.array(fc.constantFrom(...letters), { maxLength: 6 }).map((list) => list.join(''));
  const plain = fc.array(fc.constantFrom('a', 'b', 'A', 's', 'É', 'Σ', '*', '?'), {
    minLength: 1,
    maxLength: 4,
  });
  const expression = fc.constantFrom('a(b|s)', '^b?a', '[ab]s+', 'É|ab', 'a.*Σ', '(a|)b', 's$');
  const line = fc.oneof(
    fc.record({
      key: fc
        .tuple(
          fc.constantFrom('x', 'y', ''),
          fc.constantFrom(
            '',
            '|contains',
            '|startswith',
            '|endswith',
            '|contains|cased',
            '|contains|all',
            '|neq',
          ),
        )
        .map((parts) => parts.join('')),
      values: fc.array(
        plain.map((list) => list.join('')),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    fc.record({
      key: fc.constantFrom('x|re', 'y|re|i'),
      values: fc.array(expression, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key: fc.constantFrom('x|exists', 'y|exists'), values: fc.constantFrom([true], [false]) }),
  );
  const selection = fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ({ key }) => key });
  const condition = fc.constantFrom(
    's',
    'not s',
    's or t',
    's and t',
    's and not t',
    '1 of them',
    '2 of them',
    'all of them',
    's or (t and not u)',
  );
  const rule = fc
    .record({ s: selection, t: selection, u: selection, condition })
    .map(({ s, t, u, condition }) => {
      const write = (lines: readonly { readonly key: string; readonly values: readonly unknown[] }[]) =>
        Object.fromEntries(lines.map(({ key, values }) => [key, values]));
      // JSON is YAML
      return JSON.stringify({ title: 'r', detection: { s: write(s), t: write(t), u: write(u), condition } });
    });
  const value = fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.constant(null));
  const event = fc.record({ x: value, y: value, other: text }, { requiredKeys: [] });

  it('finds by its index what each rule finds alone', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.array(event, { maxLength: 6 }),
        (texts, events) => {
          const { rules, fields, errors } = loadSigmaRules(texts.map((t) => ({ file: 'r', text: t })));
          expect(errors).toEqual([]);
          const set = new RuleSet(rules, fields);
          const view = new EventView(fields);
          for (const e of events) {
            view.read(e);
            expect(set.match(e)).toEqual(rules.filter((r) => r.compiled.matches(view)));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives rules in the order in which they were loaded', () => {
    const texts = [
      'selection:\n  a|contains: zzz',
      'selection:\n  a: null\ncondition: not selection',
      'selection:\n  a|contains: z',
    ];
    const { rules, fields } = loadSigmaRules(texts.map((t, i) => ({ file: `${i}`, text: ruleText(t) })));
    expect(new RuleSet(rules, fields).match({ a: 'zzz' }).map((r) => r.file)).toEqual(['0', '1', '2']);
  });

  it('keeps the order when many rules match', () => {
    const texts = Array.from({ length: 40 }, (_, i) =>
      ruleText(`selection:\n  a|contains: ${'z'.repeat(40 - i)}`),
    );
    const { rules, fields } = loadSigmaRules(texts.map((t, i) => ({ file: `${i}`, text: t })));
    expect(new RuleSet(rules, fields).match({ a: 'z'.repeat(50) })).toEqual(rules);
  });

  it.each([
    ['x|contains|cased: Σ', 'bΣ'],
    ['x|re|i: a(b|s)', 'aſ'],
    ['x|endswith: k', 'bK'],
  ])('loses no letter that case changes: %s', (detection, value) => {
    const { rules, fields } = loadSigmaRules([{ file: 'r', text: ruleText(`selection:\n  ${detection}`) }]);
    expect(new RuleSet(rules, fields).match({ x: value })).toEqual(rules);
  });

  it('finds nothing in what an event merely inherits', () => {
    const { rules, fields } = loadSigmaRules([
      { file: 'r', text: ruleText('selection:\n  constructor|contains: function') },
    ]);
    expect(new RuleSet(rules, fields).match({ a: 'b' })).toEqual([]);
  });
});
