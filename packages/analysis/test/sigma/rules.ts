import type { SigmaEvent } from '../../src/sigma/event.js';
import { type LoadOptions, loadSigmaRules } from '../../src/sigma/load.js';
import { RuleSet } from '../../src/sigma/rule-set.js';

/** A rule around the lines of a detection; `condition: selection` unless the lines have one. */
export function ruleText(detection: string): string {
  const lines = detection.trim().split('\n');
  const hasCondition = lines.some((line) => /^condition:/.test(line.trim()));
  const body = hasCondition ? lines : [...lines, 'condition: selection'];
  return ['title: test', 'detection:', ...body.map((line) => `  ${line}`)].join('\n');
}

export function load(detection: string, options: LoadOptions = {}) {
  return loadSigmaRules([{ file: 'test.yml', text: ruleText(detection) }], options);
}

/** Whether a detection matches an event; a rule that does not load is an error. */
export function matches(detection: string, event: SigmaEvent, options: LoadOptions = {}): boolean {
  const { rules, fields, errors } = load(detection, options);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${error.code}: ${error.message} (line ${error.line})`);
  return new RuleSet(rules, fields).match(event).length === 1;
}
