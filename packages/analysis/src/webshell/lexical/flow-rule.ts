import type { Signal } from '../signal.js';
import { pageCode } from './page-code.js';
import { argumentsOf, dialectOf, type FlowGrammar, type RequestFlow, requestFlow } from './request-flow.js';

/** A call, or a property, that must get what the visitor sent. */
export interface FlowSink {
  /** Ends where the arguments begin. Global. */
  readonly head: RegExp;
  /** The argument that counts; any of them when it is not given. */
  readonly argument?: number;
  /**
   * What must not stand before the visitor's part: a folder of the page's own choice, the site's own root either, any
   * text of the page's, or the words of a query.
   */
  readonly notAfter?: 'folder' | 'root' | 'text' | 'query';
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
  /#include\s{1,8}(?:file|virtual)|<%@\s{0,8}(?:include|taglib)\b|<jsp:include\b|<%@\s{0,8}(?:Register|Master)\b|\b(?:MasterPageFile|CodeFile|CodeBehind|Inherits)\s{0,4}=/i;
/** Libraries of classes are part of applications; a page of one class may hide in it. */
const CLASS = /\bEnd\s{1,4}Class\b/i;
/** Where the page's own part of an expression begins: what the visitor's may not stand behind. */
const OWN_PART = {
  nothing: undefined,
  folder: /(?<=^[^"]{0,80})"[^"\n]{0,80}[\w/\\]"[\s)]{0,8}[+&]/,
  root: /(?<=^[^"]{0,80})"[^"\n]{0,80}[\w/\\]"[\s)]{0,8}[+&]|\bMapPath\b|\bgetRealPath\b/i,
  query: /"[^"\n]{4,}"/,
  text: /(?<=^[\s(]{0,8})"[^"\n]{1,200}"\s{0,8}[+&]/,
};
type Start = keyof typeof OWN_PART;
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
  if (!isFed(page, grammar)) return [];
  const text = pageCode(page);
  const flows = new Map<Start, RequestFlow>();
  const flowAfter = (start: Start): RequestFlow => {
    const flow =
      flows.get(start) ?? requestFlow(text, { ...grammar, counted: (value) => partBefore(value, start) });
    flows.set(start, flow);
    return flow;
  };
  const standsAlone = !APPLICATION.test(page) && (text.length < SMALL || !CLASS.test(page));
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

/** Whether a page takes anything from its visitor at all. */
const isFed = (page: string, { source, entryHead }: FlowGrammar) =>
  source.test(page) || (entryHead !== undefined && page.search(entryHead) >= 0);

/** Where a sink gets what the visitor sent. */
function reached(
  text: string,
  { head, argument, notAfter }: FlowSink,
  flow: RequestFlow,
): number | undefined {
  const dialect = dialectOf(text);
  let seen = 0;
  for (const match of text.matchAll(head)) {
    if (++seen > MAX_SINKS) return undefined;
    const given = argumentsOf(text, match.index + match[0].length, dialect);
    const values = argument === undefined ? given : given.slice(argument, argument + 1);
    if (values.some((value) => flow.holds(partBefore(value, notAfter ?? 'nothing')))) return match.index;
  }
  return undefined;
}

/** What of an expression stands before the page's own part. */
function partBefore(value: string, start: Start): string {
  const own = OWN_PART[start];
  const at = own === undefined ? -1 : value.search(own);
  return at < 0 ? value : value.slice(0, at);
}
