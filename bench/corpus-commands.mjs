/**
 * Makes the corpus for `pnpm bench:commands` from public collections, checked out as `DIR/<owner>+<name>`.
 *
 *   node bench/corpus-commands.mjs DIR OUT
 *
 * What each file of OUT holds, and from which collection, stands in bench/README.md.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: node bench/corpus-commands.mjs DIR OUT');
const read = (...path) => readFileSync(join(from, ...path), 'utf8');
const list = (...path) => readdirSync(join(from, ...path), { recursive: true }).sort();

/** Tests that run on Linux and are typed by nobody by hand, their arguments filled in with their defaults. */
function atomicTests() {
  const root = ['redcanaryco+atomic-red-team', 'atomics'];
  const tests = list(...root)
    .filter((path) => /(?:^|\/)T\d{4}(?:\.\d{3})?\.yaml$/.test(path))
    .flatMap((path) => parse(read(...root, path)).atomic_tests ?? []);
  return tests
    .filter(({ supported_platforms: on = [], executor }) => on.includes('linux') && executor?.command)
    .map(({ executor, input_arguments: given }) =>
      executor.command.replace(/#\{([^}]+)\}/g, (_, name) => String(given?.[name]?.default ?? name)),
    );
}

/** Those of the generator's that run on Linux. */
function generatedShells() {
  const source = read('0dayCTF+reverse-shell-generator', 'js', 'data.js');
  const commands = [
    ...source
      .slice(source.indexOf('reverseShellCommands'), source.indexOf('bindShellCommands'))
      .matchAll(
        /"command":\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)[\s\S]*?"meta":\s*(\[[^\]]*\])/g,
      ),
  ].map(([, literal, meta]) => ({ text: textOf(literal), meta: JSON.parse(meta) }));
  return commands.filter(({ meta }) => meta.includes('linux')).map(({ text }) => filled(text));
}

/** Of the cheat sheet the lines that connect out, in the sections on what is started from a Linux shell. */
function listedShells() {
  const sheet = read(
    'swisskyrepo+InternalAllTheThings',
    'docs',
    'cheatsheets',
    'shell-reverse-cheatsheet.md',
  );
  const wanted =
    /^(?:Bash (?:TCP|UDP)|Socat|Perl|Python|PHP|Ruby|Golang|Netcat \w+|Ncat|OpenSSL|Awk|Telnet|Lua)$/;
  return sheet.split(/^#{2,4} /m).flatMap((section) => {
    const [title = ''] = section.split('\n');
    if (!wanted.test(title.trim())) return [];
    const blocks = [...section.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, block]) => block);
    return blocks
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.includes('10.0.0.1') && !/cmd(?:\.exe)?["']|python\.exe/.test(line))
      .map((line) => line.replace(/^\s*(?:\w+@victim\$|Victim:)\s*/, ''));
  });
}

function textOf(literal) {
  const inner = literal.slice(1, -1);
  return inner.replace(/\\(.)/gs, (_, letter) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
}

function filled(text) {
  return text.replaceAll('{ip}', '203.0.113.66').replaceAll('{port}', '4444').replaceAll('{shell}', 'bash');
}

function gtfobins(wanted) {
  const root = ['GTFOBins+GTFOBins.github.io', '_gtfobins'];
  return list(...root).map((name) => {
    const [text] = read(...root, name).split(/^\.\.\.$/m);
    const { functions } = parse(text);
    return {
      name,
      codes: (functions?.[wanted] ?? []).flatMap(({ code }) => (code === undefined ? [] : [code])),
    };
  });
}

const oneLiners = read('TellinaTool+nl2bash', 'data', 'bash', 'all.cm').split('\n').filter(Boolean);
const corpora = {
  'atomic-red-team-linux': atomicTests(),
  'reverse-shell-generator': generatedShells(),
  'reverse-shell-cheat-sheet': listedShells(),
  'gtfobins-reverse-shell': gtfobins('reverse-shell').flatMap(({ codes }) => codes.slice(0, 1)),
  'benign-nl2bash': oneLiners,
};
mkdirSync(to, { recursive: true });
for (const [name, commands] of Object.entries(corpora)) {
  writeFileSync(join(to, `${name}.json`), `${JSON.stringify(commands, null, 1)}\n`);
  console.log(`${name}: ${commands.length}`);
}
