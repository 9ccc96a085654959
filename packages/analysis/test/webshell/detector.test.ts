import { describe, expect, it } from 'vitest';
import { webShellDetector } from '../../src/webshell/detector.js';

const detector = webShellDetector();
const inspect = (path: string, text: string) =>
  detector.inspect({ path, bytes: Buffer.from(text, 'latin1') });
const page = 'var/www/html/index.php';

describe('the web-shell detector', () => {
  it.each([
    ['eval of a request field', '<?php @eval($_POST["x"]);'],
    ['a command from the request', '<?php echo shell_exec($_GET["c"]." 2>&1"); ?>'],
    ['a command in backticks', '<?php echo `$_GET[c]`;'],
    ['a function that the request names', '<?php $f=$_GET["f"]; $f($_GET["x"]);'],
    ['request data by way of a variable', '<?php $c = $_REQUEST["cmd"]; if ($c) { system($c); }'],
    ['code that is decoded first', '<?php $s = "aGVsbG8="; eval(gzinflate(base64_decode($s)));'],
    ['the body of the request', '<?php eval(file_get_contents("php://input"));'],
  ])('finds %s', (_, text) => {
    const [found] = inspect(page, text);
    expect(found?.rule).toMatch(/^webshell\./);
    expect(found?.reasons.length).toBeGreaterThan(0);
    expect(found?.confidence).toBeGreaterThan(0.5);
  });

  it.each([
    ['eval in a comment', '<?php /* eval($_POST["x"]) */ // system($_GET["c"])\n echo 1;'],
    ['eval in a string', '<?php $help = "never use eval($_POST)"; echo $help;'],
    [
      'decoded assets',
      '<?php header("Content-Type: image/gif"); echo base64_decode("R0lGODlhAQABAIAAAAAAAP==");',
    ],
    [
      'callbacks',
      '<?php $t = preg_replace_callback("/a/", function ($m) { return strtoupper($m[0]); }, $_POST["t"]);',
    ],
    ['replacing in request data', '<?php $q = str_replace("+", " ", $_GET["q"]); echo htmlspecialchars($q);'],
    [
      'create_function of an old plugin',
      '<?php add_action("widgets_init", create_function("", "return register_widget(\'My\');"));',
    ],
    ['a method called system', '<?php $this->system($_GET["x"]);'],
  ])('says nothing about %s', (_, text) => {
    expect(inspect(page, text)).toEqual([]);
  });

  it('names line and text of what it found', () => {
    const [found] = inspect(page, '<?php\n\n  system($_GET["c"]);\n');
    expect(found?.line).toBe(3);
    expect(found?.excerpt).toBe('system($_GET["c"]);');
  });

  it('adds what the place says to the reasons', () => {
    const shell = '<?php @eval($_POST["x"]);';
    const [plain] = inspect(page, shell);
    const [uploaded] = inspect('var/www/html/wp-content/uploads/2026/11/cache.php', shell);
    expect(uploaded?.reasons.length).toBe((plain?.reasons.length ?? 0) + 1);
  });

  it('finds PHP inside an image', () => {
    const [found] = inspect('var/www/html/uploads/a.jpg', 'GIF89a\0\0<?php eval($_POST["x"]); ?>');
    expect(found?.reasons).toContain('A file that claims to be static holds PHP.');
  });

  it.each([
    ['shell.jsp', '<% Runtime.getRuntime().exec(request.getParameter("c")); %>'],
    ['shell.aspx', '<%@ Page Language="Jscript"%><%eval(Request.Item["p"],"unsafe");%>'],
    ['shell.asp', '<%execute request("x")%>'],
    ['shell.py', 'import os, cgi\nform = cgi.FieldStorage()\nprint(os.popen(form["c"].value).read())'],
    ['shell.pl', 'use CGI; print "Content-type: text/html\\n\\n"; system(param("c"));'],
    ['.htaccess', 'AddType application/x-httpd-php .jpg'],
  ])('finds %s', (name, text) => {
    expect(inspect(`var/www/html/${name}`, text)).toHaveLength(1);
  });

  it('reads scripts anywhere and static files only below a web root', () => {
    expect(detector.interested({ path: 'home/x/a.php', sizeBytes: 10 })).toBe(true);
    expect(detector.interested({ path: 'home/x/a.jpg', sizeBytes: 10 })).toBe(false);
    expect(detector.interested({ path: 'var/www/html/uploads/a.jpg', sizeBytes: 10 })).toBe(true);
    expect(detector.interested({ path: 'a.php', sizeBytes: 20e6 })).toBe(true);
    expect(detector.interested({ path: 'a.php', sizeBytes: 1e9 })).toBe(false);
  });

  it('never calls a file clean that it did not read to its end', () => {
    const short = webShellDetector({ maxBytes: 100 });
    const text = `<?php echo 1; ${'// '.padEnd(200, 'x')}`;
    const [found] = short.inspect({ path: page, bytes: Buffer.from(text) });
    expect(found).toMatchObject({ rule: 'webshell.budget-exhausted', severity: 'info' });
  });
});
