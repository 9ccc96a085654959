import type { HashedTool } from '@cordon/core';
import { Composer, type Document, LineCounter, Parser } from 'yaml';
import { userPacks } from '../rules/hashed-packs.js';
import { compileRule, logsourceOf, ruleInfo, type SigmaRule } from './compile-rule.js';
import { type Correlation, compileCorrelation, orderCorrelations } from './correlation.js';
import { FieldTable } from './event.js';
import type { Logsource } from './rule.js';
import { readRuleDocument } from './rule-document.js';
import { type DocumentPath, RuleProblem, type SigmaRuleError } from './rule-error.js';
import type { Placeholders } from './text-values.js';

export interface SigmaSource {
  /** Only for messages. */
  readonly file: string;
  readonly text: string;
}

export interface LoadOptions {
  /** Values for `%name%` in fields with `expand`. */
  readonly placeholders?: Placeholders;
  /** The event's name for a rule's field, by the rule's log source. */
  readonly mapField?: (field: string, logsource: Logsource) => string;
}

export interface SigmaRules {
  readonly rules: readonly SigmaRule[];
  /** In the order in which they feed each other. */
  readonly correlations: readonly Correlation[];
  readonly errors: readonly SigmaRuleError[];
  readonly fields: FieldTable;
  /** What they were loaded from, by its hash. */
  readonly packs: readonly HashedTool[];
}

interface Loading {
  readonly rules: SigmaRule[];
  readonly correlations: Correlation[];
  readonly errors: SigmaRuleError[];
  readonly fields: FieldTable;
  readonly options: LoadOptions;
}

/** Compiles rules from YAML texts; several documents a text. What is wrong is in `errors`, the rest works. */
export function loadSigmaRules(sources: Iterable<SigmaSource>, options: LoadOptions = {}): SigmaRules {
  const loading: Loading = { rules: [], correlations: [], errors: [], fields: new FieldTable(), options };
  const all = [...sources];
  for (const source of all) loadSource(source, loading);
  const { rules, errors, fields } = loading;
  const ordered = orderCorrelations(loading.correlations, rules);
  return {
    rules,
    correlations: ordered.correlations,
    errors: [...errors, ...ordered.errors],
    fields,
    packs: userPacks('Sigma rules', all),
  };
}

function loadSource(source: SigmaSource, loading: Loading): void {
  const lines = new LineCounter();
  // One document at a time: the trees of a whole pack take more memory than all that is kept of it.
  for (const document of new Composer().compose(new Parser(lines.addNewLine).parse(source.text))) {
    const lineAt = (offset: number) => lines.linePos(offset).line || 1;
    const [broken] = document.errors;
    if (broken !== undefined) {
      const message = broken.message.split('\n')[0] ?? '';
      loading.errors.push({ code: 'YAML_SYNTAX', message, file: source.file, line: lineAt(broken.pos[0]) });
    } else if (document.contents !== null) loadDocument(document, source.file, lineAt, loading);
  }
}

type LineAt = (offset: number) => number;

function loadDocument(document: Document, file: string, lineAt: LineAt, loading: Loading): void {
  try {
    const place = { file, line: lineOf(document, [], lineAt) };
    const { kind, content } = readRuleDocument(document.toJS({ maxAliasCount: 50 }));
    const lineFor = (path: DocumentPath) => lineOf(document, path, lineAt);
    if (kind === 'correlation') {
      loading.correlations.push(compileCorrelation(content, ruleInfo(content, place), lineFor));
      return;
    }
    const { options, fields } = loading;
    const logsource = logsourceOf(content);
    const mapField = (field: string) => options.mapField?.(field, logsource) ?? field;
    loading.rules.push(
      compileRule(content, place, { fields, mapField, placeholders: options.placeholders ?? {} }),
    );
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    loading.errors.push({
      code: error.code,
      message: error.message,
      file,
      line: lineOf(document, error.path, lineAt),
    });
  }
}

/** The line of the deepest node that is there on the way to a path. */
function lineOf(document: Document, path: DocumentPath, lineAt: LineAt): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const offset = offsetOf(node);
    if (offset !== null) return lineAt(offset);
  }
  return 1;
}

function offsetOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return null;
  const [start] = node.range;
  return typeof start === 'number' ? start : null;
}
