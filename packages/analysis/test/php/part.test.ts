import { describe, expect, it } from 'vitest';
import { PhpAnalyzer } from '../../src/php/analyze.js';
import { leavesAlone } from '../../src/php/findings/guard.js';
import { lex } from '../../src/php/lexer.js';
import { TokenBuffer } from '../../src/php/tokens.js';
import { webShellDetector } from '../../src/webshell/detector.js';

const analyzer = new PhpAnalyzer();
const detector = webShellDetector();
const isPart = (code: string) => analyzer.analyze(`<?php ${code}`).isPart;
const isFound = (code: string) =>
  detector
    .inspect({ path: 'var/www/html/page.php', bytes: Buffer.from(`<?php ${code}`) })
    .some(({ severity }) => severity !== 'info');

const SAVES = 'file_put_contents($_GET["file"], $_POST["body"]);';
const KEEPS = 'move_uploaded_file($_FILES["f"]["tmp_name"], $_FILES["f"]["name"]);';

describe('a script that is a part of something larger', () => {
  it.each([
    ['includes a script of the application', `require "../class2.php"; ${SAVES}`],
    ['includes one below its own folder', `require_once dirname(__FILE__) . "/includes/init.php"; ${SAVES}`],
    ['ends when the application does not run it', `defined("IN_SHOP") or die("no"); ${SAVES}`],
    ['leaves when it is asked directly', `if (!defined("IN_SHOP")) { exit; } ${SAVES}`],
    ['uses classes of other files', `Session::check(); ${SAVES}`],
    ['uses objects of other files', `$user->mustBeAdministrator(); ${SAVES}`],
    ['builds on a class of another file', `class Editor extends Page { function save() { ${SAVES} } }`],
    ['leaves by a block of its own', `if (!defined("IN_SHOP")) { header("Location: /"); exit; } ${SAVES}`],
    ['only declares what others call', `class Uploader { function keep() { ${KEEPS} } }`],
  ])('is one that %s, and does what applications do', (_, code) => {
    expect(isPart(code)).toBe(true);
    expect(isFound(code)).toBe(false);
  });

  it.each([
    ['saves what it is sent', SAVES],
    ['keeps what it is sent', KEEPS],
    ['includes what it is told', 'include $_GET["page"];'],
    ['lies in a namespace', `namespace Shop\\Admin; ${SAVES}`],
    ['imports what it never uses', `use Shop\\Session; ${SAVES}`],
    ['only writes of a guard', `/* defined("IN_SHOP") or die */ $a = 'defined("IN_SHOP") or die'; ${SAVES}`],
    ['sets what it asks for', `define("IN_SHOP", 1); defined("IN_SHOP") or die; ${SAVES}`],
    ['sets it as its own', `const IN_SHOP = 1; defined("IN_SHOP") or die; ${SAVES}`],
    ['asks and goes on', `if (defined("IN_SHOP")) { exit; } ${SAVES}`],
    ['passes by what it includes', `include "http://a.example/x.php"; ${SAVES}`],
  ])('is none that stands alone and %s', (_, code) => {
    expect(isPart(code)).toBe(false);
    expect(isFound(code)).toBe(true);
  });

  it.each([
    ['code of the request', 'require "wp-load.php"; eval($_POST["x"]);'],
    ['commands of the request', 'defined("ABSPATH") or die; system($_GET["c"]);'],
    ['functions that the request names', 'class A extends B {} $_GET["f"]($_GET["x"]);'],
    [
      'an uploader before the page',
      `if (isset($_GET["up"])) { ${KEEPS} exit; } require "app/Mage.php"; Mage::run();`,
    ],
  ])('is found all the same for %s', (_, code) => {
    expect(isPart(code)).toBe(true);
    expect(isFound(code)).toBe(true);
  });
});

describe('guards without number', () => {
  it('are looked for in one go: for each in the whole script, this would take an hour', () => {
    const buffer = new TokenBuffer(1 << 16);
    const text = `<?php ${'defined("IN_SHOP");'.repeat(150_000)} defined("IN_PAGE") or die;`;
    lex(text, 'html', buffer);
    expect(leavesAlone(buffer.copy(text))).toBe(true);
  });
});
