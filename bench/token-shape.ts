import { createHash } from 'node:crypto';
import { lex } from '../packages/analysis/src/php/lexer.js';
import { NAME, OPERATOR, TokenBuffer } from '../packages/analysis/src/php/tokens.js';

/**
 * A digest of what a file is built like: kinds, known words and operators, without the names, texts and numbers that
 * change from copy to copy.
 */
export function tokenShape(source: string): string {
  const buffer = new TokenBuffer(1024);
  lex(source, 'html', buffer);
  const { count, kinds, codes } = buffer.view(source);
  const shape = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const kind = kinds[at] ?? 0;
    shape[at] = kind * 0x1000000 + (kind === NAME || kind === OPERATOR ? (codes[at] ?? 0) % 0x1000000 : 0);
  }
  return createHash('sha256').update(new Uint8Array(shape.buffer)).digest('hex');
}
