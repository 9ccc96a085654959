#!/usr/bin/env node
// A file has 250 lines at most, whether source, test or script.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE_LINES = 250;
const root = join(import.meta.dirname, '..');

const KINDS = ['*.ts', '*.tsx', '*.mts', '*.js', '*.mjs', '*.cjs', '*.sh', '*.py'];
const tracked = execFileSync('git', ['ls-files', '-z', '--', ...KINDS], { cwd: root, encoding: 'utf8' });
const files = tracked.split('\0').filter((path) => path !== '' && !path.includes('/fixtures/'));

const linesOf = (text) => text.replace(/\n$/, '').split('\n').length;

const over = [];
for (const path of files) {
  const text = readFileSync(join(root, path), 'utf8');
  if (linesOf(text) > FILE_LINES) over.push(`${path}: ${linesOf(text)} lines of ${FILE_LINES}`);
}
for (const one of over) console.log(`OVER ${one}`);
console.log(`${over.length === 0 ? 'ok  ' : 'FAIL'} ${files.length} files, ${over.length} too long`);
process.exit(over.length === 0 ? 0 : 1);
