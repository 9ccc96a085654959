import {
  CALLING_METHODS,
  DECODING,
  REQUEST_FUNCTIONS,
  REQUEST_VARIABLES,
  SINKS,
  STRONG_CLASSES,
  STRONG_METHODS,
  STRONG_SINKS,
} from './gate-words.js';
import {
  AMPERSAND,
  ARROW,
  BAR,
  CARET,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  DOLLAR,
  DOUBLE_COLON,
  NULLSAFE_ARROW,
  OPEN_PAREN,
  SEMICOLON,
  TILDE,
} from './operators.js';
import { INCLUDES, NEW } from './parse/keywords.js';
import { RUNS_CODE_OR_COMMAND } from './sinks/names.js';
import { hasRunModifier } from './sinks/run-modifier.js';
import { BACKTICK, NAME, NUMBER, OPERATOR, STRING, type Tokens, tokenText, VARIABLE } from './tokens.js';
import { word } from './words.js';

/** What one pass over the tokens tells of a file. */
export interface GateView {
  /** How many telling tokens stand before each position. */
  readonly relevance: Int32Array;
  readonly readsRequest: boolean;
  readonly hasSink: boolean;
  readonly hasStrongSink: boolean;
  /** Calls of values, variable variables. */
  readonly isDynamic: boolean;
  readonly decodes: boolean;
  /** Texts are joined bit by bit: words without quotes are texts there too. */
  readonly masks: boolean;
  /** Calls of plain variables: `$f(...)`. */
  readonly variableCalls: number;
}

const STATIC_OR_STREAM =
  /^(?:php|data|https?|ftp):|\.(?:jpe?g|gif|png|ico|txt|bmp|css|log|dat|tmp|zip|pdf|svg)$/i;
const PREG_REPLACE = word('preg_replace');
const COPY = word('copy');
const OB_START = word('ob_start');

class Gate implements GateView {
  readonly relevance: Int32Array;
  readsRequest = false;
  hasSink = false;
  hasStrongSink = false;
  isDynamic = false;
  decodes = false;
  masks = false;
  variableCalls = 0;
  /** The next open tag in the source, seen from the last text that was looked at. */
  private nextTag = -1;
  /** A function that runs code or commands is named in a text. */
  private namedSink = false;
  private takesCallback = false;

  constructor(private readonly tokens: Tokens) {
    const { count, kinds } = tokens;
    this.relevance = new Int32Array(count + 1);
    let telling = 0;
    for (let at = 0; at < count; at++) {
      this.relevance[at] = telling;
      const kind = kinds[at];
      if (kind === NAME) telling += this.lookAtName(at);
      else if (kind === OPERATOR) telling += this.lookAtOperator(at);
      else if (kind === VARIABLE) telling += this.lookAtVariable(at);
      else if (kind !== NUMBER) telling += this.lookAtText(at, kind ?? 0);
    }
    this.relevance[count] = telling;
    if (this.namedSink && this.takesCallback) this.hasStrongSink = true;
  }

  private operatorAt(at: number): number {
    const { count, kinds, codes } = this.tokens;
    return at >= 0 && at < count && kinds[at] === OPERATOR ? (codes[at] ?? 0) : 0;
  }

  private lookAtVariable(at: number): number {
    const { codes } = this.tokens;
    const before = this.operatorAt(at - 1);
    if (this.operatorAt(at + 1) === OPEN_PAREN) {
      if (before === ARROW || before === NULLSAFE_ARROW) this.isDynamic = true;
      else this.variableCalls++;
      return 1;
    }
    const id = codes[at] ?? 0;
    if (id === 0 || REQUEST_VARIABLES[id] !== 1) return 0;
    this.readsRequest = true;
    return 1;
  }

  private lookAtText(at: number, kind: number): number {
    const { starts, source } = this.tokens;
    const called = this.operatorAt(at + 1) === OPEN_PAREN;
    const isStream = source.startsWith('php://', starts[at] ?? 0);
    const holdsRequest = kind !== STRING && this.lookInside(at);
    if (kind === BACKTICK) this.hasSink = true;
    if (isStream || holdsRequest) this.readsRequest = true;
    if (called) this.isDynamic = true;
    if (this.holdsTag(at)) this.decodes = true;
    if (kind === STRING && this.namesSink(at)) this.namedSink = true;
    return kind === BACKTICK || isStream || holdsRequest || called ? 1 : 0;
  }

  /** Whether a text is the name of a function that runs code or commands, as callbacks are given. */
  private namesSink(at: number): boolean {
    const { starts, ends } = this.tokens;
    const length = (ends[at] ?? 0) - (starts[at] ?? 0);
    return length >= 4 && length <= 18 && RUNS_CODE_OR_COMMAND.has(tokenText(this.tokens, at).toLowerCase());
  }

  /** Whether PHP stands in a text: somebody is about to write it somewhere. */
  private holdsTag(at: number): boolean {
    const { starts, ends, source } = this.tokens;
    const start = starts[at] ?? 0;
    if (this.nextTag < start) {
      const next = source.indexOf('<?', start);
      this.nextTag = next < 0 ? source.length : next;
    }
    return (
      this.nextTag < (ends[at] ?? 0) && /^<\?(?:php\s|=)/i.test(source.slice(this.nextTag, this.nextTag + 6))
    );
  }

  /** Whether a text with variables has request variables in it; code in braces counts as a call of a value. */
  private lookInside(at: number): boolean {
    const text = tokenText(this.tokens, at);
    if (/[{$]\{?\$[^}]{0,200}\(|\$\{[^}]{0,200}[('"]/.test(text)) this.isDynamic = true;
    return /\$\{?_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER)\b/.test(text);
  }

  private lookAtOperator(at: number): number {
    const { codes, kinds } = this.tokens;
    const code = codes[at];
    if (code === DOLLAR) {
      this.isDynamic = true;
      return 1;
    }
    if (code === CARET || code === TILDE || code === BAR || code === AMPERSAND) {
      if (kinds[at + 1] !== STRING && kinds[at - 1] !== STRING) return 0;
      this.decodes = true;
      this.masks = true;
      return 1;
    }
    if (code !== OPEN_PAREN) return 0;
    const before = this.operatorAt(at - 1);
    if (before !== CLOSE_BRACKET && before !== CLOSE_BRACE && before !== CLOSE_PAREN) return 0;
    this.isDynamic = true;
    return 1;
  }

  private lookAtName(at: number): number {
    const id = this.tokens.codes[at] ?? 0;
    if (id === 0) return 0;
    if (INCLUDES[id] === 1) return this.lookAtInclude(at);
    if (this.operatorAt(at + 1) !== OPEN_PAREN) {
      if (STRONG_CLASSES[id] === 1) this.hasStrongSink = true;
      return STRONG_CLASSES[id] ?? 0;
    }
    const before = this.operatorAt(at - 1);
    if (before === ARROW || before === DOUBLE_COLON || before === NULLSAFE_ARROW) {
      if (STRONG_METHODS[id] === 1) this.hasStrongSink = true;
      if (CALLING_METHODS[id] === 1) this.hasSink = true;
      return STRONG_METHODS[id] === 1 || CALLING_METHODS[id] === 1 ? 1 : 0;
    }
    return this.lookAtCall(at, id);
  }

  private lookAtCall(at: number, id: number): number {
    let telling = 0;
    if (SINKS[id] === 1) {
      this.hasSink = true;
      telling = 1;
    }
    if (STRONG_SINKS[id] === 1 || (STRONG_CLASSES[id] === 1 && this.tokens.codes[at - 1] === NEW)) {
      this.hasStrongSink = true;
      telling = 1;
    }
    if (id === OB_START) this.takesCallback = true;
    if (id === COPY && this.tokens.source.startsWith('http', this.tokens.starts[at + 2] ?? 0)) {
      this.hasStrongSink = true;
    }
    if (id === PREG_REPLACE && this.tokens.kinds[at + 2] === STRING && this.runsReplacement(at + 2)) {
      this.hasStrongSink = true;
    }
    if (REQUEST_FUNCTIONS[id] === 1) {
      this.readsRequest = true;
      telling = 1;
    }
    if (DECODING[id] === 1) {
      this.decodes = true;
      telling = 1;
    }
    return telling;
  }

  private runsReplacement(at: number): boolean {
    return hasRunModifier(tokenText(this.tokens, at).replace(/\\(['"])/g, '$1'));
  }

  /** A fixed path is no news, unless it is a stream or claims to be static. */
  private lookAtInclude(at: number): number {
    const { kinds } = this.tokens;
    const path = this.operatorAt(at + 1) === OPEN_PAREN ? at + 2 : at + 1;
    const isFixed = kinds[path] === STRING;
    if (isFixed && STATIC_OR_STREAM.test(tokenText(this.tokens, path))) this.hasStrongSink = true;
    const next = this.operatorAt(path + 1);
    const isWhole = isFixed && (next === SEMICOLON || next === CLOSE_PAREN);
    if (!isWhole) this.hasSink = true;
    return 1;
  }
}

export function gateView(tokens: Tokens): GateView {
  return new Gate(tokens);
}

/** Token counts up to which a file is looked at for less. */
const SMALL = 800;
const MIDDLE = 3000;
const LARGE = 6000;

/** Whether the evaluator is worth its time: request data and somewhere to go, or something hidden. */
export function passes(view: GateView, tokens: Tokens): boolean {
  const { readsRequest, hasSink, hasStrongSink, isDynamic, decodes, variableCalls } = view;
  return (
    hasStrongSink ||
    (readsRequest && (hasSink || isDynamic || variableCalls > 0)) ||
    (decodes && (isDynamic || hasSink)) ||
    (variableCalls > 0 && tokens.count < LARGE) ||
    (isDynamic && hasSink && tokens.count < MIDDLE) ||
    (isDynamic && tokens.count < SMALL)
  );
}
