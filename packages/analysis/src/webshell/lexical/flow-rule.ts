import type { Signal } from '../signal.js';
import { pageCode } from './page-code.js';
import { argumentsOf, type FlowGrammar, type RequestFlow, requestFlow } from './request-flow.js';

/** A call, or a property, that must get what the visitor sent. */
export interface FlowSink {
  /** Ends where the arguments begin. Global. */
  readonly head: RegExp;
  /** The argument that counts; any of them when it is not given. */
  readonly argument?: number;
  /**
   * What must not stand before the visitor's part: a folder of the page's own choice, the site's own root either, or any
   * text of the page's.
   */
  readonly notAfter?: 'folder' | 'root' | 'text';
}

/** A page is taken for a shell when each of the sinks gets what the visitor sent. */
export interface FlowRule {
  readonly id: string;
  readonly weight: number;
  readonly reason: string;
  readonly all: readonly FlowSink[];
  readonly and?: readonly RegExp[];
  /** Pages of an application do this as well: counts only in a page that stands alone. */
  readonly standsAlone?: true;
}

/** What a page of an application takes in from it, or is there to give it. */
const APPLICATION =
  /#include\s{1,8}(?:file|virtual)|<%@\s{0,8}(?:include|taglib)\b|<jsp:include\b|<%@\s{0,8}(?:Register|Master)\b|\b(?:MasterPageFile|CodeFile|CodeBehind|Inherits)\s{0,4}=|\bEnd\s{1,4}Class\b/i;
/** How an expression begins in which the visitor's part is not the first. */
const BEFORE = {
  nothing: /(?!)/,
  folder: /^[^"]{0,80}"[^"\n]{0,80}[\w/\\]"[\s)]{0,8}[+&]/,
  root: /^[^"]{0,80}"[^"\n]{0,80}[\w/\\]"[\s)]{0,8}[+&]|\bMapPath\b|\bgetRealPath\b/i,
  text: /^[\s(]{0,8}"[^"\n]{1,200}"\s{0,8}[+&]/,
};
type Start = keyof typeof BEFORE;
const NOTABLE = 30;
/** Code of this length has room for little else. */
const SMALL = 4_000;
const MAX_SINKS = 200;

/** What a page does with what its visitor sent, by its data flow. */
export function flowSignals(
  page: string,
  grammar: FlowGrammar,
  rules: readonly FlowRule[],
): readonly Signal[] {
  if (!grammar.source.test(page)) return [];
  const text = pageCode(page);
  const flows = new Map<Start, RequestFlow>();
  const flowAfter = (start: Start): RequestFlow => {
    const flow =
      flows.get(start) ?? requestFlow(text, { ...grammar, harmless: (value) => BEFORE[start].test(value) });
    flows.set(start, flow);
    return flow;
  };
  const standsAlone = !APPLICATION.test(page);
  const signals: Signal[] = [];
  for (const { id, weight, reason, all, and = [], standsAlone: onlyAlone } of rules) {
    if (onlyAlone && !standsAlone) continue;
    if (!and.every((pattern) => pattern.test(text))) continue;
    // Most pages have no such call, and need no flow.
    if (!all.every(({ head }) => text.search(head) >= 0)) continue;
    const offsets = all.map((sink) => reached(text, sink, flowAfter(sink.notAfter ?? 'nothing')));
    if (offsets.every((offset) => offset !== undefined))
      signals.push({ id, weight, reason, offset: offsets[0] ?? 0 });
  }
  const strongest = Math.max(0, ...signals.map(({ weight }) => weight));
  if (strongest >= NOTABLE && text.trim().length < SMALL)
    signals.push({ id: 'nothing-else', weight: 0, bonus: 15, reason: 'The page does nothing else.' });
  return signals;
}

/** Where a sink gets what the visitor sent. */
function reached(
  text: string,
  { head, argument, notAfter }: FlowSink,
  flow: RequestFlow,
): number | undefined {
  let seen = 0;
  for (const match of text.matchAll(head)) {
    if (++seen > MAX_SINKS) return undefined;
    const given = argumentsOf(text, match.index + match[0].length);
    const values = argument === undefined ? given : given.slice(argument, argument + 1);
    if (values.some((value) => flow.holds(value) && !(notAfter && BEFORE[notAfter].test(value))))
      return match.index;
  }
  return undefined;
}
