import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextFinder } from '../../src/sigma/aho-corasick.js';
import { EventView } from '../../src/sigma/event.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';
import { ruleText } from './rules.js';

describe('the text finder', () => {
  it('finds exactly the texts that stand in another', () => {
    const text = fc.stringMatching(/^[abc]{1,4}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(text, { minLength: 1, maxLength: 12 }),
        fc.stringMatching(/^[abcd]{0,40}$/),
        (texts, haystack) => {
          const found: number[] = [];
          new TextFinder(texts).scan(haystack, found);
          expect([...new Set(found)].sort()).toEqual(
            texts.flatMap((needle, index) => (haystack.includes(needle) ? [index] : [])).sort(),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a set of rules', () => {
  it('finds by its index what each rule finds alone', () => {
    const value = fc.stringMatching(/^[ab*?]{1,4}$/);
    const modifier = fc.constantFrom(
      '',
      '|contains',
      '|startswith',
      '|endswith',
      '|contains|cased',
      '|contains|all',
    );
    const line = fc.record({
      field: fc.constantFrom('x', 'y', ''),
      modifier,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    });
    const selection = fc.array(line, { minLength: 1, maxLength: 2 });
    const condition = fc.constantFrom(
      's',
      'not s',
      's or t',
      's and t',
      's and not t',
      '1 of them',
      'all of them',
    );
    const write = (lines: readonly { field: string; modifier: string; values: readonly string[] }[]) => {
      const keys = new Set<string>();
      return lines
        .filter((l) => !keys.has(l.field + l.modifier) && keys.add(l.field + l.modifier))
        .map((l) => `    '${l.field}${l.modifier}':\n${l.values.map((v) => `      - '${v}'`).join('\n')}`)
        .join('\n');
    };
    const rule = fc
      .tuple(selection, selection, condition)
      .map(([s, t, c]) => `title: r\ndetection:\n  s:\n${write(s)}\n  t:\n${write(t)}\n  condition: ${c}`);
    const text = fc.stringMatching(/^[abAB]{0,6}$/);
    const event = fc.record({ x: text, y: text }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.array(event, { maxLength: 8 }),
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
      { numRuns: 300 },
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
});
