import { describe, expect, it } from 'vitest';
import { DECODED, REQUEST } from '../../src/php/values/marks.js';
import { FOLDING } from './folding-cases.js';
import { runPhp, textOf } from './run-php.js';

describe('folding', () => {
  it.each(FOLDING)('%s is %j', (expression, result) => {
    expect(textOf(expression)).toBe(result);
  });

  it('tries no table of long keys at each place of a long text', () => {
    const pairs = (count: number) =>
      Array.from({ length: count }, (_, at) => `str_repeat("a", ${300 + at}) . "b" => "c"`).join(', ');
    expect(textOf(`strtr(str_repeat("a", 200000), [${pairs(100)}])`)).toBeNull();
    expect(textOf(`strtr(str_repeat("a", 200), [${pairs(100)}])`)).toBe('a'.repeat(200));
  });

  it.each([
    ['a loop', '$r = ""; for ($i = 0; $i < 6; $i++) $r .= chr(ord("bttfsu"[$i]) - 1);', 'assert'],
    ['a while loop', '$r = ""; $i = 0; while ($i < 3) { $r .= $i; $i++; }', '012'],
    ['a do loop', '$i = 0; do { $i += 2; } while ($i < 5); $r = $i;', '6'],
    [
      'foreach',
      '$r = ""; foreach ([115, 115, 97] as $k => $c) $r = chr($c) . $r . $k;',
      `as${'s012'.slice(0, 4)}`,
    ],
    [
      'break and continue',
      '$r = ""; for ($i = 0; $i < 9; $i++) { if ($i == 1) continue; if ($i == 4) break; $r .= $i; }',
      '023',
    ],
    [
      'switch in a loop',
      '$r = ""; foreach (["a", "b"] as $x) { switch ($x) { case "a": $r .= "1"; break; default: $r .= "2"; } }',
      '12',
    ],
    [
      'a function',
      'function d($s) { $o = ""; for ($i = 0; $i < strlen($s); $i += 2) $o .= $s[$i]; return $o; } $r = d("aXsXsX");',
      'ass',
    ],
    [
      'recursion',
      'function f($s) { return $s === "" ? "" : f(substr($s, 1)) . $s[0]; } $r = f("tre");',
      'ert',
    ],
    ['a parameter by reference', 'function f(&$x) { $x = strrev($x); } $r = "sa"; f($r);', 'as'],
    ['a default value', 'function f($a, $b = "t") { return $a . $b; } $r = f("r");', 'rt'],
    ['a variable variable', `$n = "as"; $$n = "sert"; $r = "as" . \${"a" . "s"};`, 'assert'],
    ['$GLOBALS', '$GLOBALS["x"] = "se"; $r = "as" . $x . $GLOBALS["x"];', 'assese'],
    ['global', '$g = "as"; function f() { global $g; $g .= "s"; } f(); $r = $g;', 'ass'],
    ['characters that are set', '$r = "axxert"; $r[1] = "s"; $r[2] = "s";', 'assert'],
    ['counting letters up', '$r = "z"; $r++; $r = $r . "b"; $r++;', 'aac'],
    ['text of an array', '$_ = []; $r = @"$_"; $r = strtolower($r[3]) . $r[0];', 'aA'],
    ['a template', '$a = ["x" => "ss"]; $b = "t"; $r = "a{$a[\'x\']}er$b";', 'assert'],
    ['a heredoc', `$a = "ss"; $r = <<<X\na\${a}ert\nX;`, 'assert'],
    ['list', '[$a, $b] = ["as", "sert"]; list(, $c) = [1, "!"]; $r = $a . $b . $c;', 'assert!'],
    ['constants', 'define("A", "as"); const B = "sert"; $r = A . B . constant("A");', 'assertas'],
    [
      'a class constant and a property',
      'class C { const X = "as"; public $y = "se"; function z() { return self::X . $this->y; } } $r = (new C)->z();',
      'asse',
    ],
    ['a static method', 'class C { static function m($x) { return strrev($x); } } $r = C::m("sa");', 'as'],
    ['a trait', 'trait T { function m() { return "t"; } } class C { use T; } $c = new C; $r = $c->m();', 't'],
    [
      'a closure that captures',
      '$k = "s"; $f = function ($x) use ($k) { return $x . $k; }; $r = $f("a");',
      'as',
    ],
    [
      'arguments by func_get_args',
      'function f() { return implode(func_get_args()); } $r = f("a", "s");',
      'as',
    ],
    ['code that is evaluated', 'eval(\'$r = "a" . "s";\');', 'as'],
    ['code that returns', '$r = eval("return strrev(\'sa\');");', 'as'],
    ['create_function', "$f = create_function('$x', 'return strrev($x);'); $r = $f(\"sa\");", 'as'],
    ['a callable', '$f = strrev(...); $r = $f("sa");', 'as'],
    [
      'xor with a key',
      '$k = "ab"; $s = "\\x00\\x11"; $r = ""; for ($i = 0; $i < 2; $i++) $r .= $s[$i] ^ $k[$i];',
      'as',
    ],
    [
      'a table by isset',
      '$m = ["1" => "a", "2" => "s"]; $r = ""; foreach (str_split("12x") as $c) $r .= isset($m[$c]) ? $m[$c] : $c;',
      'asx',
    ],
    ['empty', '$x = ""; $r = empty($x) ? "y" : "n";', 'y'],
    [
      'bits beyond 32',
      '$v = 0; foreach ([1, 2, 3, 4, 5, 6] as $b) { $v <<= 8; $v += $b; } $r = $v & 255;',
      '6',
    ],
  ])('runs %s', (_, code, expected) => {
    expect(runPhp(code).value('r')?.text).toBe(expected);
  });

  it('marks what comes from the visitor, however it is turned', () => {
    for (const expression of [
      '$_GET["x"]',
      'trim($_POST["x"])',
      '"a" . $_COOKIE["x"]',
      'explode(",", $_REQUEST["x"])[1]',
      'json_decode($_POST["x"])',
    ]) {
      expect(runPhp(`$r = ${expression};`).value('r')?.has(REQUEST)).toBe(true);
    }
  });

  it('forgets the visitor where a value is cleaned', () => {
    for (const expression of [
      '(int) $_GET["x"]',
      'md5($_GET["x"])',
      'escapeshellarg($_GET["x"])',
      'count($_GET)',
    ]) {
      expect(runPhp(`$r = ${expression};`).value('r')?.has(REQUEST)).toBe(false);
    }
  });

  it('follows the visitor through the codes of characters', () => {
    const { value } = runPhp(
      '$r = ""; for ($i = 0; $i < strlen($_POST["x"]); $i++) $r .= chr(ord($_POST["x"][$i]) - 1);',
    );
    expect(value('r')?.has(REQUEST)).toBe(true);
    expect(runPhp('$r = $_GET["page"] * 10;').value('r')?.has(REQUEST)).toBe(false);
  });

  it('keeps array items apart', () => {
    const { value } = runPhp(
      '$a = ["x" => $_GET["x"], "y" => "fixed"]; $r = $a["y"]; $s = $a["x"]; $t = $a[$unknown];',
    );
    expect(value('r')?.text).toBe('fixed');
    expect(value('s')?.has(REQUEST)).toBe(true);
    expect(value('t')?.has(REQUEST)).toBe(true);
  });

  it('remembers the visitor behind a branch that may not be taken', () => {
    expect(runPhp('$c = $_GET["c"]; if ($u) $c = "ls";').value('c')?.has(REQUEST)).toBe(true);
  });

  it('marks what was decoded', () => {
    expect(runPhp('$r = base64_decode("YXM=");').value('r')?.has(DECODED)).toBe(true);
    expect(runPhp('$r = urldecode("%61");').value('r')?.has(DECODED)).toBe(false);
  });
});
