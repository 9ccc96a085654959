import type { SigmaRule } from './compile-rule.js';
import type { SigmaRuleInfo } from './rule.js';
import type { CORRELATION_TYPES, CorrelationDocument } from './rule-document.js';
import { type DocumentPath, RuleProblem, type SigmaRuleError } from './rule-error.js';

export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export interface Limits {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
  readonly eq?: number | undefined;
  readonly neq?: number | undefined;
}

/** A rule about several events. */
export interface Correlation extends SigmaRuleInfo {
  readonly type: CorrelationType;
  /** Ids or names of the rules that feed it. */
  readonly sources: readonly string[];
  /** Whether the rules that feed it are told for themselves as well. */
  readonly generate: boolean;
  readonly groupBy: readonly string[];
  readonly milliseconds: number;
  readonly limits: Limits;
  /** Fields whose values are counted or summed. */
  readonly valueFields: readonly string[];
  readonly percentile: number;
  /** Alias -> rule -> the field of its events. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly lineFor: (path: DocumentPath) => number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws RuleProblem */
export function compileCorrelation(
  content: CorrelationDocument,
  info: SigmaRuleInfo,
  lineFor: (path: DocumentPath) => number,
): Correlation {
  const { correlation } = content;
  const { field, percentile, ...limits } = correlation.condition ?? {};
  const isTemporal = correlation.type.startsWith('temporal');
  const hasLimits = Object.values(limits).some((limit) => limit !== undefined);
  if (!isTemporal && !hasLimits) {
    throw new RuleProblem('RULE_SHAPE', `'${correlation.type}' needs a condition`, ['correlation']);
  }
  if (correlation.type.startsWith('value_') && field === undefined) {
    throw new RuleProblem('RULE_SHAPE', `'${correlation.type}' needs a field`, ['correlation', 'condition']);
  }
  return {
    ...info,
    type: correlation.type,
    sources: correlation.rules,
    generate: correlation.generate ?? false,
    groupBy: correlation['group-by'] ?? [],
    milliseconds: timespan(correlation.timespan),
    limits: isTemporal && !hasLimits ? { gte: correlation.rules.length } : limits,
    valueFields: field === undefined ? [] : typeof field === 'string' ? [field] : field,
    percentile: percentile ?? 50,
    aliases: correlation.aliases ?? {},
    lineFor,
  };
}

function timespan(text: string): number {
  const parts = /^(\d{1,9})([smhd])$/.exec(text.trim());
  const unit = UNITS[parts?.[2] ?? ''];
  if (parts === null || unit === undefined) {
    throw new RuleProblem('TIMESPAN', `'${text}' is no timespan: write 90s, 5m, 1h or 2d`, [
      'correlation',
      'timespan',
    ]);
  }
  return Number(parts[1]) * unit;
}

/** Whether a rule goes by a reference: its id or its name. */
export function goesBy(rule: SigmaRuleInfo, reference: string): boolean {
  return reference !== '' && (rule.id === reference || rule.name === reference);
}

interface Ordered {
  readonly correlations: readonly Correlation[];
  readonly errors: readonly SigmaRuleError[];
}

/** Correlations behind those that feed them. What refers to nothing, or to itself, is an error. */
export function orderCorrelations(
  correlations: readonly Correlation[],
  rules: readonly SigmaRule[],
): Ordered {
  const ordered: Correlation[] = [];
  const errors: SigmaRuleError[] = [];
  let waiting = correlations.filter((correlation) => {
    const missing = correlation.sources.find(
      (reference) => ![...rules, ...correlations].some((rule) => goesBy(rule, reference)),
    );
    if (missing !== undefined)
      errors.push(problem(correlation, 'UNKNOWN_RULE', `there is no rule '${missing}'`));
    return missing === undefined;
  });
  while (waiting.length > 0) {
    const ready = waiting.filter(({ sources }) =>
      sources.every((reference) => [...rules, ...ordered].some((rule) => goesBy(rule, reference))),
    );
    if (ready.length === 0) break;
    ordered.push(...ready);
    waiting = waiting.filter((correlation) => !ready.includes(correlation));
  }
  for (const correlation of waiting) {
    errors.push(problem(correlation, 'CIRCULAR_RULES', 'it waits for a correlation that cannot be had'));
  }
  return { correlations: ordered, errors };
}

function problem(correlation: Correlation, code: SigmaRuleError['code'], message: string): SigmaRuleError {
  return { code, message, file: correlation.file, line: correlation.lineFor(['correlation', 'rules']) };
}
