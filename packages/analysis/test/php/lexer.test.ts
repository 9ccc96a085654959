import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LexMode, lex } from '../../src/php/lexer.js';
import { SEMICOLON } from '../../src/php/operators.js';
import { NAME, OPERATOR, STRING, TEMPLATE, TokenBuffer, tokenText, VARIABLE } from '../../src/php/tokens.js';

function read(source: string, mode: LexMode = 'php') {
  const buffer = new TokenBuffer(16);
  lex(source, mode, buffer);
  const tokens = buffer.copy(source);
  return Array.from({ length: tokens.count }, (_, at) => ({
    kind: tokens.kinds[at],
    text: tokenText(tokens, at),
    code: tokens.codes[at],
    start: tokens.starts[at] ?? -1,
    end: tokens.ends[at] ?? -1,
  }));
}

const texts = (source: string, mode: LexMode = 'php') => read(source, mode).map((token) => token.text);

describe('the PHP lexer', () => {
  it('reads code between the tags only, and ends it with a semicolon', () => {
    expect(texts('a<b <?php $x ?> eval($y) <?= $z ?>', 'html')).toEqual(['x', '?>', '=', 'z', '?>']);
    expect(read('<?php 1 ?>', 'html').at(-1)?.code).toBe(SEMICOLON);
  });

  it('takes an XML declaration for HTML', () => {
    expect(texts('<?xml version="1.0"?><?php $a', 'html')).toEqual(['a']);
  });

  it('leaves no token for comments', () => {
    expect(texts('a /* eval( */ b // eval(\n c # eval(\n d /** x')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('ends a line comment before a close tag', () => {
    expect(texts('<?php // x ?> html <?php y', 'html')).toEqual(['?>', 'y']);
  });

  it('takes an attribute for a bracket, not for a comment', () => {
    expect(texts('#[Attr] f')).toEqual(['[', 'Attr', ']', 'f']);
  });

  it('keeps escaped quotes inside strings', () => {
    expect(texts(String.raw`'a\'b' "c\"d" 'e\\' f`)).toEqual([
      String.raw`a\'b`,
      String.raw`c\"d`,
      String.raw`e\\`,
      'f',
    ]);
  });

  it('tells strings with variables from fixed ones', () => {
    expect(read('"a" "$a"').map((token) => token.kind)).toEqual([STRING, TEMPLATE]);
  });

  it('reads heredocs up to their closing label, also an indented one', () => {
    const tokens = read("<<<EOT\nline $a\n  EOT; <<<'X'\n$raw\nX;");
    expect(tokens.map((token) => token.text)).toEqual(['line $a', ';', '$raw', ';']);
    expect(tokens.map((token) => token.kind)).toEqual([TEMPLATE, OPERATOR, STRING, OPERATOR]);
  });

  it('knows words in any case and behind a namespace', () => {
    const [plain, shouted, qualified, other] = read('echo ECHO \\a\\Echo echoes');
    expect(plain?.code).toBeGreaterThan(0);
    expect(shouted?.code).toBe(plain?.code);
    expect(qualified?.code).toBe(plain?.code);
    expect(other?.code).not.toBe(plain?.code);
  });

  it('reads the longest operator', () => {
    expect(texts('a?->b===c...<=>??=')).toEqual(['a', '?->', 'b', '===', 'c', '...', '<=>', '??=']);
  });

  it('stops at __halt_compiler', () => {
    expect(texts('a; __halt_compiler(); eval')).toEqual(['a', ';', '__halt_compiler']);
  });

  it('never throws, and its tokens lie in order inside the text', () => {
    const piece = fc.constantFrom(
      '<?php ',
      '?>',
      '"',
      "'",
      '`',
      '<<<A\n',
      '\nA;',
      '/*',
      '*/',
      '#',
      '$',
      '\\',
      '{',
      '0x',
      '.',
      'é',
    );
    const source = fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join(''));
    fc.assert(
      fc.property(source, fc.constantFrom<LexMode>('html', 'php'), (text, mode) => {
        let last = 0;
        for (const token of read(text, mode)) {
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(token.end).toBeGreaterThanOrEqual(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          last = token.end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives back the words and variables that were written', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
    const written = fc.array(fc.record({ kind: fc.constantFrom(NAME, VARIABLE), text: name }));
    fc.assert(
      fc.property(written, (items) => {
        const source = items.map((item) => (item.kind === VARIABLE ? `$${item.text}` : item.text)).join(' ');
        expect(read(source).map(({ kind, text }) => ({ kind, text }))).toEqual(items);
      }),
    );
  });
});
