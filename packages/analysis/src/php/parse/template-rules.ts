import { lex } from '../lexer.js';
import { DOUBLE_QUOTED, TokenBuffer } from '../tokens.js';
import { Cursor, NOTHING } from './cursor.js';
import { unescapeText } from './literals.js';
import { makeProgram } from './program.js';
import type { Expression } from './syntax.js';

/** What begins something in a template: braces, a plain variable with one index or property, an escape. */
const OPENING =
  /\{\$|\$\{|\$([A-Za-z_\x7f-\xff][A-Za-z0-9_\x7f-\xff]*)(?:\[([^\]\n]{1,60})\]|->([A-Za-z_]\w{0,80}))?|\\[\s\S]/g;

/** Longer expressions in a string are not worth reading. */
const MAX_INNER = 2000;

/** The parts of `"a $b {$c->d()} ${e}"`: fixed text and expressions. */
export function parseTemplate(cursor: Cursor, raw: string): readonly Expression[] {
  const parts: Expression[] = [];
  const opening = new RegExp(OPENING);
  let textStart = 0;
  const text = (end: number) => {
    if (end > textStart) parts.push(fixed(raw.slice(textStart, end)));
  };
  for (let found = opening.exec(raw); found !== null; found = opening.exec(raw)) {
    if (found[0].startsWith('\\')) continue;
    cursor.budget.spend();
    text(found.index);
    if (found[1] !== undefined) {
      parts.push(simple(found[1], found[2], found[3]));
    } else {
      const close = closingBrace(raw, found.index + 2);
      parts.push(inner(cursor, raw.slice(found.index + 2, close), found[0]));
      opening.lastIndex = close + 1;
    }
    textStart = opening.lastIndex;
  }
  text(raw.length);
  return parts;
}

function fixed(raw: string): Expression {
  return { kind: 'text', value: unescapeText(raw, DOUBLE_QUOTED), numeric: false };
}

/** `$a`, `$a[key]`, `$a->b`. */
function simple(name: string, key: string | undefined, property: string | undefined): Expression {
  const base: Expression = { kind: 'variable', name };
  if (property !== undefined) {
    return { kind: 'property', base, name: { kind: 'text', value: property.toLowerCase(), numeric: false } };
  }
  if (key === undefined) return base;
  if (key.startsWith('$')) return { kind: 'index', base, key: { kind: 'variable', name: key.slice(1) } };
  return {
    kind: 'index',
    base,
    key: { kind: 'text', value: key.replace(/^['"]|['"]$/g, ''), numeric: false },
  };
}

function closingBrace(raw: string, from: number): number {
  let depth = 1;
  for (let at = from; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return at;
  }
  return raw.length;
}

/** The code in `{$...}` or `${...}`. */
function inner(cursor: Cursor, code: string, opening: string): Expression {
  if (code.length > MAX_INNER || cursor.depth > 40) return NOTHING;
  if (opening === '${' && /^[A-Za-z_]\w*$/.test(code)) return { kind: 'variable', name: code };
  const expression = parseFragment(cursor, opening === '{$' ? `$${code}` : code);
  return opening === '{$' ? expression : { kind: 'variable-variable', name: expression };
}

function parseFragment(cursor: Cursor, code: string): Expression {
  const buffer = new TokenBuffer(32);
  lex(code, 'php', buffer);
  const program = makeProgram(buffer.copy(code));
  const nested = new Cursor(program, cursor.grammar, cursor.budget, 0, program.tokens.count);
  nested.depth = cursor.depth + 1;
  return nested.expression();
}
