import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
} from '../operators.js';
import { OPERATOR, type Tokens } from '../tokens.js';
import type { Program } from './syntax.js';

export function makeProgram(tokens: Tokens, relevance: Int32Array | null = null): Program {
  return { tokens, matching: pairBrackets(tokens), relevance };
}

/** Pairs brackets; a `}` closes whatever was left open inside it, what never closes ends with the file. */
function pairBrackets(tokens: Tokens): Int32Array {
  const { count, kinds, codes } = tokens;
  const matching = new Int32Array(count);
  const open: number[] = [];
  for (let at = 0; at < count; at++) {
    if (kinds[at] !== OPERATOR) continue;
    const code = codes[at];
    if (code === OPEN_PAREN || code === OPEN_BRACKET || code === OPEN_BRACE) open.push(at);
    else if (code === CLOSE_PAREN) closeOne(open, codes, matching, { at, opener: OPEN_PAREN });
    else if (code === CLOSE_BRACKET) closeOne(open, codes, matching, { at, opener: OPEN_BRACKET });
    else if (code === CLOSE_BRACE) closeBrace(open, codes, matching, at);
  }
  for (const at of open) matching[at] = count;
  return matching;
}

interface Closing {
  readonly at: number;
  readonly opener: number;
}

function closeOne(open: number[], codes: Int32Array, matching: Int32Array, closing: Closing): void {
  const last = open.at(-1);
  if (last === undefined || codes[last] !== closing.opener) return;
  matching[last] = closing.at;
  open.pop();
}

function closeBrace(open: number[], codes: Int32Array, matching: Int32Array, at: number): void {
  while (open.length > 0) {
    const last = open.pop() as number; // the loop's condition says there is one
    matching[last] = at;
    if (codes[last] === OPEN_BRACE) return;
  }
}
