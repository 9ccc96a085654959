#!/usr/bin/env node
// A file of ours has 250 lines at most, a function 40. Sources and tests alike; what a test does may take as long as it takes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const FILE_LINES = 250;
const FUNCTION_LINES = 40;
const root = join(import.meta.dirname, '..');

const KINDS = ['*.ts', '*.tsx', '*.mts', '*.js', '*.mjs', '*.cjs', '*.sh', '*.py'];
const tracked = execFileSync('git', ['ls-files', '-z', '--', ...KINDS], { cwd: root, encoding: 'utf8' });
const files = tracked.split('\0').filter((path) => path !== '' && !path.includes('/fixtures/'));

const linesOf = (text) => text.replace(/\n$/, '').split('\n').length;

/** `describe(…)`, `it.each(…)(…)`, `beforeAll(…)`: the callback is a chapter, or a story of its own. */
const ofTests = /^(?:describe|it|test|beforeAll|beforeEach|afterAll|afterEach)\b/;

const isTold = (node) => ts.isCallExpression(node.parent) && ofTests.test(node.parent.expression.getText());

function nameOf({ name, parent }) {
  const named = name ?? parent.name;
  return named === undefined ? 'a function without a name' : named.getText();
}

/** Functions that are too long, each with the line where it begins. */
function* longFunctions(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const nodes = [source];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    ts.forEachChild(node, (child) => void nodes.push(child));
    if (!ts.isFunctionLike(node) || node.body === undefined) continue;
    if (path.includes('/test/') && isTold(node)) continue;
    const began = lineAt(node.getStart());
    const lines = lineAt(node.end) - began + 1;
    if (lines > FUNCTION_LINES) yield { where: `${path}:${began} ${nameOf(node)}`, lines };
  }
}

const over = [];
for (const path of files) {
  const text = readFileSync(join(root, path), 'utf8');
  if (linesOf(text) > FILE_LINES) over.push(`${path}: ${linesOf(text)} lines of ${FILE_LINES}`);
  if (!/\.[cm]?[jt]sx?$/.test(path)) continue;
  for (const { where, lines } of longFunctions(path, text))
    over.push(`${where}: ${lines} lines of ${FUNCTION_LINES}`);
}
for (const one of over) console.log(`OVER ${one}`);
console.log(`${over.length === 0 ? 'ok  ' : 'FAIL'} ${files.length} files, ${over.length} too long`);
process.exit(over.length === 0 ? 0 : 1);
