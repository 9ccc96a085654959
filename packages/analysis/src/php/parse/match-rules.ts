import { COMMA, DOUBLE_ARROW, OPEN_BRACE } from '../operators.js';
import type { Cursor } from './cursor.js';
import type { Expression } from './syntax.js';

/** `match (x) { a, b => c, default => d }` as the choice among its results. */
export function parseMatch(cursor: Cursor): Expression {
  cursor.at = cursor.close(cursor.at + 1) + 1;
  const options: Expression[] = [];
  if (!cursor.is(OPEN_BRACE)) return { kind: 'any-of', operator: 'match', options };
  const close = cursor.close();
  cursor.at++;
  while (cursor.at < close) {
    const before = cursor.at;
    cursor.expression();
    if (cursor.accept(DOUBLE_ARROW)) options.push(cursor.expression());
    if (!cursor.accept(COMMA) && cursor.at === before) cursor.skipOne();
  }
  cursor.at = close + 1;
  return { kind: 'any-of', operator: 'match', options };
}
