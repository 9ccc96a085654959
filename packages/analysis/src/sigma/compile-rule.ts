import { compileCondition } from './condition.js';
import { anyOf, type Compiled } from './matcher.js';
import { type Logsource, type SigmaRuleInfo, severityOf, techniquesOf } from './rule.js';
import type { DetectionDocument, RuleDocument } from './rule-document.js';
import { compileSelection, type SelectionContext } from './selection.js';

/** A rule that is ready to match. */
export interface SigmaRule extends SigmaRuleInfo {
  readonly compiled: Compiled;
}

export interface RulePlace {
  readonly file: string;
  readonly line: number;
}

export function ruleInfo(content: RuleDocument['content'], place: RulePlace): SigmaRuleInfo {
  const tags = content.tags ?? [];
  return {
    title: content.title,
    id: content.id ?? '',
    name: content.name ?? '',
    description: content.description ?? '',
    status: content.status ?? '',
    level: severityOf(content.level),
    author: content.author ?? '',
    license: content.license ?? '',
    references: content.references ?? [],
    tags,
    techniques: techniquesOf(tags),
    falsePositives: content.falsepositives ?? [],
    logsource: logsourceOf(content),
    ...place,
  };
}

export function logsourceOf({ logsource }: RuleDocument['content']): Logsource {
  return {
    product: logsource?.product ?? '',
    category: logsource?.category ?? '',
    service: logsource?.service ?? '',
  };
}

/** @throws RuleProblem */
export function compileRule(
  content: DetectionDocument,
  place: RulePlace,
  context: SelectionContext,
): SigmaRule {
  const selections = new Map<string, Compiled>();
  for (const [name, selection] of Object.entries(content.detection)) {
    if (name === 'condition' || name === 'timeframe') continue;
    selections.set(name, compileSelection(selection, ['detection', name], context));
  }
  const { condition } = content.detection;
  const conditions = typeof condition === 'string' ? [condition] : condition;
  const compiled = anyOf(
    conditions.map((text, index) =>
      compileCondition(text, selections, [
        'detection',
        'condition',
        ...(typeof condition === 'string' ? [] : [index]),
      ]),
    ),
  );
  return { ...ruleInfo(content, place), compiled };
}
