import type { Language } from '../language.js';
import type { Signal } from '../signal.js';
import { ASP_FLOW_RULES, FETCHED_RULES, UPLOAD_RULES } from './asp-flow.js';
import { ASP_GRAMMAR, FETCHED_GRAMMAR, UPLOAD_GRAMMAR, withPlainNames } from './asp-grammar.js';
import { ASP_HOST_RULES } from './asp-host-rules.js';
import { ASP_NET_RULES, isAspNet } from './asp-net-rules.js';
import { ASP_RULES } from './asp-rules.js';
import { ASP_RUN_RULES } from './asp-run-flow.js';
import { flowSignals } from './flow-rule.js';
import { JAVA_FLOW_RULES, JAVA_GRAMMAR } from './java-flow.js';
import { JAVA_RULES } from './java-rules.js';
import type { LexicalRule } from './lexical-rule.js';
import { normalizeSource, withoutComments } from './normalize.js';
import { PAGE_RULES } from './page-rules.js';
import { decodeScripts } from './script-encode.js';
import { COLD_FUSION_RULES, HTACCESS_RULES, PERL_RULES, PYTHON_RULES } from './script-rules.js';

const ASP_PAGE_FLOWS = [...ASP_FLOW_RULES, ...ASP_RUN_RULES];
const ASP_PAGE_RULES = [...ASP_RULES, ...ASP_HOST_RULES, ...PAGE_RULES];
const ASP_NET_PAGE_RULES = [...ASP_PAGE_RULES, ...ASP_NET_RULES];

/** Shells in languages the PHP engine does not read: request and sink in one file. */
export const LEXICAL_RULES: Readonly<Record<Exclude<Language, 'php'>, readonly LexicalRule[]>> = {
  jsp: [...JAVA_RULES, ...PAGE_RULES],
  asp: ASP_NET_PAGE_RULES,
  aspx: ASP_NET_PAGE_RULES,
  perl: PERL_RULES,
  python: PYTHON_RULES,
  cfm: COLD_FUSION_RULES,
  htaccess: HTACCESS_RULES,
};

export function lexicalSignals(language: Exclude<Language, 'php'>, source: string): readonly Signal[] {
  const text = normalizeSource(decodeScripts(source));
  const bare = withoutComments(text);
  const found = matchRules(language, text);
  const hidden = bare === text ? [] : matchRules(language, bare);
  return [
    ...pictureSignals(language, source),
    ...found,
    ...hidden.filter(({ id }) => !found.some((f) => f.id === id)),
    ...dataFlow(language, text),
  ];
}

/** What pages do with their visitor's data, in the languages of pages. */
function dataFlow(language: Exclude<Language, 'php'>, text: string): readonly Signal[] {
  if (language !== 'jsp' && language !== 'asp' && language !== 'aspx') return [];
  if (language === 'jsp') return flowSignals(text, JAVA_GRAMMAR, JAVA_FLOW_RULES);
  const plain = withPlainNames(text);
  return [
    ...flowSignals(plain, ASP_GRAMMAR, ASP_PAGE_FLOWS),
    ...flowSignals(plain, FETCHED_GRAMMAR, FETCHED_RULES),
    ...flowSignals(plain, UPLOAD_GRAMMAR, UPLOAD_RULES),
  ];
}

/** What tools that look at the first bytes only take for a picture. */
function pictureSignals(language: Exclude<Language, 'php'>, source: string): readonly Signal[] {
  const isPage = language === 'jsp' || language === 'asp' || language === 'aspx';
  if (!isPage || !/^\s{0,8}(?:GIF8[79]a|\x89PNG|\xff\xd8\xff)/i.test(source) || !source.includes('<%'))
    return [];
  return [{ id: 'page-in-picture', weight: 60, reason: 'A page begins as a picture does.', offset: 0 }];
}

/** A page before ASP.NET has none of what its rules look for. */
function rulesFor(language: Exclude<Language, 'php'>, text: string): readonly LexicalRule[] {
  const isOlder = (language === 'asp' || language === 'aspx') && !isAspNet(text);
  return isOlder ? ASP_PAGE_RULES : LEXICAL_RULES[language];
}

function matchRules(language: Exclude<Language, 'php'>, text: string): readonly Signal[] {
  const signals: Signal[] = [];
  for (const { id, weight, reason, all, maxLength } of rulesFor(language, text)) {
    if (maxLength !== undefined && text.length > maxLength) continue;
    const offsets = offsetsOf(all, text);
    if (offsets !== null) signals.push({ id, weight, reason, offset: offsets[0] ?? 0 });
  }
  return signals;
}

/** Where each pattern is found; null when one is not. */
function offsetsOf(patterns: readonly RegExp[], text: string): readonly number[] | null {
  const offsets: number[] = [];
  for (const pattern of patterns) {
    const offset = text.search(pattern);
    if (offset < 0) return null;
    offsets.push(offset);
  }
  return offsets;
}
