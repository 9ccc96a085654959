import { describe, expect, it } from 'vitest';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';
import { load, ruleText } from './rules.js';

describe('loading rules', () => {
  it('keeps what a rule says of itself', () => {
    const text = `title: A
id: 11111111-2222-4333-8444-555555555555
name: a_rule
author: Someone
license: DRL-1.1
level: high
references: https://example.org
tags:
  - attack.t1059.004
  - attack.execution
logsource: {product: linux, category: process_creation}
detection:
  x: {a: 1}
  condition: x`;
    const [rule] = loadSigmaRules([{ file: 'a.yml', text: `\n\n${text}` }]).rules;
    expect(rule).toMatchObject({
      title: 'A',
      author: 'Someone',
      license: 'DRL-1.1',
      level: 'high',
      techniques: ['T1059.004'],
      references: ['https://example.org'],
      logsource: { product: 'linux', category: 'process_creation', service: '' },
      file: 'a.yml',
      line: 3,
    });
  });

  it('reads several documents of one file, and goes on behind a bad one', () => {
    const good = ruleText('selection:\n  a: 1');
    const { rules, errors } = loadSigmaRules([
      { file: 'a.yml', text: `${good}\n---\n${ruleText('selection:\n  a|bad: 1')}\n---\n${good}` },
    ]);
    expect(rules).toHaveLength(2);
    expect(errors).toEqual([
      { code: 'UNKNOWN_MODIFIER', message: "unknown modifier 'bad'", file: 'a.yml', line: 10 },
    ]);
  });

  it.each([
    ['a list where a map must be', '- a', 'RULE_SHAPE', 1],
    ['no condition', 'title: x\ndetection:\n  a:\n    b: 1', 'RULE_SHAPE', 3],
    ['broken YAML', 'title: x\ndetection: {a: [', 'YAML_SYNTAX', 2],
    ['a level that Sigma does not have', `level: huge\n${ruleText('selection:\n  a: 1')}`, 'RULE_SHAPE', 1],
    ['a bad regular expression', ruleText("selection:\n  b: 1\n  a|re: '('"), 'REGEX', 5],
    ['a look-ahead', ruleText("selection:\n  a|re:\n    - x\n    - '(?=a)'"), 'REGEX', 6],
    ['no network', ruleText('selection:\n  a|cidr: 10.0.0.0/99'), 'VALUE_TYPE', 4],
    ['a text where a number must be', ruleText('selection:\n  a|gt: many'), 'VALUE_TYPE', 4],
    ['null with a modifier', ruleText('selection:\n  a|contains: null'), 'VALUE_TYPE', 4],
    ['a placeholder without values', ruleText("selection:\n  a|expand: '%x%'"), 'PLACEHOLDER', 4],
    ['types that exclude each other', ruleText('selection:\n  a|re|cidr: x'), 'MODIFIER_MISUSE', 4],
    ['a flag without re', ruleText('selection:\n  a|i: x'), 'MODIFIER_MISUSE', 4],
    ['encoded wildcards', ruleText("selection:\n  a|base64: 'x*'"), 'MODIFIER_MISUSE', 4],
    ['an empty list', ruleText('selection:\n  a: []'), 'RULE_SHAPE', 4],
    [
      'an unknown search identifier',
      ruleText('selection:\n  a: 1\ncondition: other'),
      'UNKNOWN_SELECTION',
      5,
    ],
  ])('says file and line of %s', (_, text, code, line) => {
    const { errors, rules } = loadSigmaRules([{ file: 'x.yml', text }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code, line, file: 'x.yml' });
    expect(rules).toEqual([]);
  });

  it('takes an empty file for no rules', () => {
    expect(loadSigmaRules([{ file: 'x.yml', text: '\n# nothing\n' }])).toMatchObject({
      rules: [],
      errors: [],
    });
  });
});

describe('a regular expression of a rule', () => {
  it('takes time in proportion to the text', () => {
    const { rules, fields } = load("selection:\n  a|re: '^(a+)+$'");
    const set = new RuleSet(rules, fields);
    const began = process.cpuUsage();
    expect(set.match({ a: `${'a'.repeat(20_000)}b` })).toEqual([]);
    // Exponential would not end at all.
    expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
  });
});
