/**
 * Measures the web-shell detector on a folder of one's own: `malicious/` and `benign/`, any tree below.
 *
 *   pnpm bench:detect DIR [--known DIR] [--list misses|alarms|slow]
 *
 * Files of one token shape count as one; `--known` takes away the shapes of another corpus, so that what is measured
 * was not seen while the weights were set.
 */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    known: { type: 'string', multiple: true },
    list: { type: 'string' },
    language: { type: 'string', default: 'php' },
  },
});
const [root] = positionals;
if (root === undefined)
  throw new Error('usage: pnpm bench:detect DIR [--known DIR] [--list misses|alarms|slow]');

const outfile = join(mkdtempSync(join(tmpdir(), 'bench-')), 'detect.mjs');
await build({
  stdin: {
    contents: `export { webShellDetector } from './webshell/detector.js';
      export { languageOfContent, languageOfName } from './webshell/language.js';
      export { tokenShape } from '../../../bench/token-shape.js';`,
    resolveDir: join(import.meta.dirname, '../packages/analysis/src'),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { languageOfContent, languageOfName, tokenShape, webShellDetector } = await import(outfile);
const detector = webShellDetector({ maxBytes: 64 * 1024 * 1024 });

/** Collections keep shells as .txt, and name them anything. */
function languageOf(path, source) {
  const named = languageOfName(path);
  if (named !== undefined && named !== 'php') return named;
  const found = languageOfContent(source);
  if (found !== undefined) return found;
  return named === 'php' && /<\?|<%/.test(source) ? named : undefined;
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const source = bytes.toString('latin1');
    if (bytes.length > 0 && languageOf(path, source) === values.language) yield { path, bytes, source };
  }
}

const shape = ({ source }) => (values.language === 'php' ? tokenShape(source) : source.replace(/\s+/g, ' '));

const seen = new Set();
for (const folder of values.known ?? []) for (const file of files(folder)) seen.add(shape(file));

function measure(folder) {
  const result = {
    files: 0,
    distinct: 0,
    detected: 0,
    exhausted: 0,
    bytes: 0,
    milliseconds: 0,
    slow: [],
    listed: [],
  };
  for (const file of files(folder)) {
    result.files++;
    const isMalicious = folder.endsWith('malicious');
    if (isMalicious) {
      const key = shape(file);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    result.distinct++;
    const started = performance.now();
    const before = process.cpuUsage();
    const extension = values.language === 'php' ? 'php' : file.path.split('.').pop();
    const [found] = detector.inspect({ path: `app/x.${extension}`, bytes: file.bytes });
    const took = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    result.milliseconds += (user + system) / 1e3;
    result.bytes += file.bytes.length;
    const name = relative(folder, file.path);
    if (took > 250) result.slow.push(`${took.toFixed(0)} ms  ${name}`);
    const isHit = found !== undefined && found.severity !== 'info';
    if (found?.rule.endsWith('budget-exhausted')) result.exhausted++;
    if (isHit) result.detected++;
    if (isHit !== isMalicious)
      result.listed.push(`${name}  ${found?.rule ?? ''} ${JSON.stringify(found?.reasons ?? [])}`);
  }
  return result;
}

const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);

function print(title, result) {
  const rate = (result.bytes / 1e3 / result.milliseconds).toFixed(1);
  console.log(
    `${title}: ${result.detected} of ${result.distinct} distinct (${result.files} files) = ${percent(result.detected, result.distinct)}, ` +
      `${(result.bytes / 1e6).toFixed(1)} MB at ${rate} MB a CPU second, ${result.exhausted} exhausted, ${result.slow.length} over 250 ms`,
  );
}

const malicious = measure(join(root, 'malicious'));
const benign = measure(join(root, 'benign'));
print('recall', malicious);
print('false alarms', benign);
if (values.list === 'misses') console.log(malicious.listed.join('\n'));
if (values.list === 'alarms') console.log(benign.listed.join('\n'));
if (values.list === 'slow') console.log([...malicious.slow, ...benign.slow].join('\n'));
