import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhpAnalyzer } from '../../src/php/analyze.js';
import { runPhp } from './run-php.js';

const analyzer = new PhpAnalyzer();

describe('the budget', () => {
  it.each([
    ['an endless loop', 'while (true) { $x .= "a"; }'],
    [
      'loops in loops',
      'for ($a = 0; $a < 99999; $a++) for ($b = 0; $b < 99999; $b++) for ($c = 0; $c < 99999; $c++) $x .= $a;',
    ],
    ['endless recursion', 'function f($x) { return f($x . "a") . f($x . "b"); } f("");'],
    ['layers without end', "$c = 'eval($c);'; eval($c);"],
    ['texts that double', '$x = "aaaaaaaa"; for ($i = 0; $i < 999; $i++) $x .= $x;'],
    ['a bomb', `eval(gzinflate(base64_decode("${Buffer.from('x').toString('base64')}")));`],
    ['deep brackets', `$x = ${'('.repeat(50_000)}1${')'.repeat(50_000)};`],
    ['deep arrays', `$x = ${'['.repeat(50_000)}`],
    ['deep blocks', `${'{'.repeat(50_000)} eval($_POST[1]);`],
    ['many operands', `$x = ${Array.from({ length: 50_000 }, () => "'a'").join('.')};`],
    ['many signs', `$x = ${'!'.repeat(50_000)}1;`],
    ['many branches', 'if ($a) $x = 1; else '.repeat(20_000)],
    ['functions in functions', 'function a() { '.repeat(5_000)],
    ['a template in a template', `$x = ${'"{$a['.repeat(2_000)}`],
  ])('ends %s within a quarter of a second', (_, code) => {
    const began = process.cpuUsage();
    analyzer.analyze(`<?php $f = $_GET["f"]; $f(1); ${code}`);
    // Of the processor's time, which a busy machine does not stretch: 250 ms, and what collecting garbage takes.
    expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
  });

  it('does not carry out what doubles a list, and reads on', () => {
    const doubled = '$x = array_merge($x, $x); '.repeat(60);
    const analysis = analyzer.analyze(`<?php $x = ["a"]; ${doubled} eval($_POST["x"]);`);
    expect(analysis.exhausted).toBe(false);
    expect(analysis.signals.map((signal) => signal.id)).toContain('request-to-code');
  });

  it('says when it ran out, and keeps what it had seen', () => {
    const tight = new PhpAnalyzer({ steps: 2_000, milliseconds: 200 });
    const analysis = tight.analyze('<?php eval($_POST["x"]); for ($i = 0; $i < 9999; $i++) { $x .= $i; }');
    expect(analysis.exhausted).toBe(true);
    expect(analysis.signals.map((signal) => signal.id)).toContain('request-to-code');
  });

  it('is never exceeded, and nothing is thrown, whatever the file holds', () => {
    const piece = fc.constantFrom(
      'eval(',
      '$x',
      '$_GET["a"]',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      ';',
      ',',
      '=',
      '.=',
      '->',
      '::',
      'function f(',
      'class A {',
      'if (',
      'else',
      'while (1)',
      'for (;;)',
      'foreach ($x as $y)',
      'switch ($x) {',
      'case 1:',
      'return',
      'new',
      'fn($a) =>',
      '"a{$b}c"',
      "'x'",
      '`ls`',
      '?>',
      '<?php',
      '<<<A\n',
      '\nA;',
      '#',
      '/*',
      '*/',
      '&',
      '^',
      '~',
      '?',
      ':',
      '...',
      'static',
      'use',
      'array_map(',
      'base64_decode("YQ==")',
      'chr(97)',
      '++',
      '$$',
      '${',
      'match(1) {',
      '=>',
      '|>',
      'global $x',
      'unset($x)',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 60 }), (parts) => {
        const { machine } = runPhp(parts.join(' '), { steps: 20_000, milliseconds: 1_000 });
        expect(machine.budget.left).toBeGreaterThan(-200_000);
        analyzer.analyze(`<?php ${parts.join(' ')}`);
      }),
      { numRuns: 1_500 },
    );
  });
});
