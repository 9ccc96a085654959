import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/php/budget.js';
import { lex } from '../../src/php/lexer.js';
import { parseProgram } from '../../src/php/parse/parser.js';
import { makeProgram } from '../../src/php/parse/program.js';
import { TokenBuffer } from '../../src/php/tokens.js';

function parse(code: string) {
  const buffer = new TokenBuffer(64);
  lex(code, 'php', buffer);
  return parseProgram(makeProgram(buffer.copy(code)), new Budget({ steps: 100_000, milliseconds: 5_000 }));
}

const kinds = (code: string) => parse(code).map((statement) => statement.kind);
const expressionOf = (code: string) => {
  const [statement] = parse(code);
  return statement?.kind === 'expression' ? statement.expression : undefined;
};

describe('the PHP parser', () => {
  it('reads every kind of statement', () => {
    expect(
      kinds(
        'if ($a) { } elseif ($b) c(); else d(); while (1) {} do {} while (1); for (;;) {} foreach ($a as $k => $v) {} switch ($a) { case 1: break; } return 1; function f() {} class C {} const A = 1;',
      ),
    ).toEqual([
      'if',
      'while',
      'while',
      'for',
      'foreach',
      'switch',
      'return',
      'function',
      'class',
      'constants',
    ]);
  });

  it('reads blocks with colons, across HTML too', () => {
    const [statement] = parse('if ($a): ?> x <?php elseif ($b): f(); else: g(); endif;');
    expect(statement?.kind === 'if' && statement.branches.length).toBe(3);
    expect(
      kinds('while ($a): f(); endwhile; foreach ($a as $b): g(); endforeach; for (;;): h(); endfor; i();'),
    ).toEqual(['while', 'foreach', 'for', 'expression']);
  });

  it('binds operators as PHP does', () => {
    expect(expressionOf('$a = $b && $c;')).toMatchObject({
      kind: 'assign',
      value: { kind: 'binary', operator: '&&' },
    });
    expect(expressionOf('$a = $b and $c;')).toMatchObject({
      kind: 'binary',
      operator: '&&',
      left: { kind: 'assign' },
    });
    expect(expressionOf('!$a = f();')).toMatchObject({ kind: 'unary', operand: { kind: 'assign' } });
    expect(expressionOf('$a ? $b : ($c ?: $d);')).toMatchObject({ kind: 'choice', no: { kind: 'any-of' } });
    expect(expressionOf('-2 ** 2;')).toMatchObject({ kind: 'unary' });
  });

  it('makes one node of a chain of any length', () => {
    const chain = expressionOf(`${Array.from({ length: 5_000 }, () => '$a').join('.')};`);
    expect(chain?.kind === 'concatenate' && chain.operands.length).toBe(5_000);
  });

  it('reads calls of whatever can be called', () => {
    expect(expressionOf('$a->b()[0]("x");')).toMatchObject({ kind: 'call-value', callee: { kind: 'index' } });
    expect(expressionOf('A::b(1, ...$c);')).toMatchObject({
      kind: 'call-method',
      className: 'a',
      arguments: [{ spread: false }, { spread: true }],
    });
    expect(expressionOf('("a"."b")($c);')).toMatchObject({
      kind: 'call-value',
      callee: { kind: 'concatenate' },
    });
    expect(expressionOf('f(x: 1);')).toMatchObject({
      kind: 'call',
      name: 'f',
      arguments: [{ value: { kind: 'text', value: '1' } }],
    });
    expect(expressionOf('$a?->{"b"}();')).toMatchObject({
      kind: 'call-method',
      name: { kind: 'text', value: 'b' },
    });
    expect(expressionOf('strlen(...);')).toMatchObject({ kind: 'text', value: 'strlen' });
  });

  it('tells the offset of PHP 5 from a block', () => {
    expect(expressionOf('$a{0};')).toMatchObject({ kind: 'index' });
    expect(kinds('if ($a) { f(); }')).toEqual(['if']);
  });

  it('leaves the bodies of functions for later', () => {
    const [statement] = parse('function f($a, &$b = 2, ...$c) { eval($a); }');
    expect(statement).toMatchObject({
      kind: 'function',
      declaration: {
        name: 'f',
        parameters: [
          { name: 'a', byReference: false },
          { name: 'b', byReference: true },
          { name: 'c', variadic: true },
        ],
        result: null,
      },
    });
  });

  it('goes on behind what it cannot read', () => {
    expect(
      kinds(') ] } => f(); class { ; g();').filter((kind) => kind === 'expression').length,
    ).toBeGreaterThan(0);
    const last = parse('$x = ; ,, => $y = [1,,2]; eval($z);').at(-1);
    expect(last).toMatchObject({ kind: 'expression', expression: { kind: 'call', name: 'eval' } });
  });
});
