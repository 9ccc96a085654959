/**
 * Measures the web-shell detector, alone and together with YARA rules of the user's.
 *
 *   pnpm bench:detect DIR [--language php|jsp|asp] [--yara DIR] [--list misses|alone|alarms|slow]
 *
 * DIR holds `malicious/seen`, `malicious/unseen`, `benign/seen` and `benign/unseen`, each with a folder for each
 * collection; bench/README.md names the collections behind the published figures. Seen is what weights were set by:
 * files of one token shape count as one, and an unseen file that has the shape of a seen one does not count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { collections, files, judge, pathOf, shapeOf } from './detect-corpus.mjs';
import { importBundle } from './import-bundle.mjs';

const LANGUAGES = { php: ['php'], jsp: ['jsp'], asp: ['asp', 'aspx'] };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    language: { type: 'string', default: 'php' },
    yara: { type: 'string' },
    list: { type: 'string' },
  },
});
const [root] = positionals;
const languages = LANGUAGES[values.language];
if (root === undefined || languages === undefined)
  throw new Error(
    'usage: pnpm bench:detect DIR [--language php|jsp|asp] [--yara DIR] [--list misses|alone|alarms|slow]',
  );

const analysis = join(import.meta.dirname, '../packages/analysis');
const detect = await importBundle({
  stdin: {
    contents: `export { webShellDetector } from './webshell/detector.js';
      export { languageOfContent, languageOfName } from './webshell/language.js';
      export { yaraEngine } from './yara/yara-detector.js';
      export { pageShape } from '../../../bench/page-shape.js';
      export { tokenShape } from '../../../bench/token-shape.js';`,
    resolveDir: join(analysis, 'src'),
  },
  alias: { '@cordon/core': join(analysis, '../core/src/engine/duration.ts') },
});
const engine = detect.webShellDetector({ maxBytes: 64 * 1024 * 1024 });

async function openYara(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.yara?$/.test(name));
  const opened = await detect.yaraEngine({
    sources: names.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') })),
    program: join(analysis, 'src/yara/yara-process.ts'),
  });
  if (opened.kind !== 'ready') throw new Error(`YARA: ${opened.reason}`);
  const rules = names.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').match(/^[ \t]*((private|global)\s+)*rule\s/gm),
  );
  console.log(`YARA: ${rules.length} rules of ${names.length} files, ${opened.errors.length} files refused`);
  return opened;
}

const yara = values.yara === undefined ? undefined : await openYara(values.yara);
const mislabelled = new Set(
  JSON.parse(readFileSync(join(import.meta.dirname, 'mislabelled.json'), 'utf8')).map(({ sha256 }) => sha256),
);

const zero = () => ({
  files: 0,
  distinct: 0,
  alone: 0,
  both: 0,
  wrong: 0,
  wrongAlone: 0,
  wrongBoth: 0,
  exhausted: 0,
  notScanned: 0,
  slow: 0,
  bytes: 0,
  cpuMs: 0,
});
const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`);

/** Names of files may hold anything. */
const shown = (name) => JSON.stringify(name).slice(1, -1);

async function measure(kind, collection, seen) {
  const sum = zero();
  for (const file of files(collection.path, languages, detect)) {
    const path = pathOf(kind, file.name, file.language);
    if (!engine.interested({ path, sizeBytes: file.bytes.length })) continue;
    sum.files++;
    if (kind === 'malicious') {
      const key = shapeOf(file, detect);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    sum.distinct++;
    const one = await judge(path, file.bytes, { engine, yara: yara?.detector });
    sum.bytes += file.bytes.length;
    sum.cpuMs += one.cpuMs;
    if (one.isExhausted) sum.exhausted++;
    if (one.notScanned) sum.notScanned++;
    if (one.cpuMs > 250) sum.slow++;
    const isFound = one.isHit || one.byYara.length > 0;
    if (one.isHit) sum.alone++;
    if (isFound) sum.both++;
    const isWrong = kind === 'malicious' && mislabelled.has(file.sha256());
    if (isWrong) sum.wrong++;
    if (isWrong && one.isHit) sum.wrongAlone++;
    if (isWrong && isFound) sum.wrongBoth++;
    list({ kind, file, one, isFound, isWrong });
  }
  return sum;
}

function list({ kind, file, one, isFound, isWrong }) {
  const rules = [one.found?.rule, ...one.byYara.map(({ rule }) => rule)].filter(Boolean).join(' ');
  if (values.list === 'misses' && kind === 'malicious' && !isFound && !isWrong)
    console.log(`    ${file.sha256()} ${shown(file.name)} ${rules}`);
  if (values.list === 'alone' && kind === 'malicious' && !one.isHit && isFound)
    console.log(
      `    ${file.sha256()} ${shown(file.name)} ${rules} ${JSON.stringify(one.found?.reasons ?? [])}`,
    );
  if (values.list === 'alarms' && kind === 'benign' && isFound)
    console.log(`    ${shown(file.name)} ${rules} ${JSON.stringify(one.found?.reasons ?? [])}`);
  if (values.list === 'slow' && one.cpuMs > 250)
    console.log(`    ${one.cpuMs.toFixed(0)} ms ${shown(file.name)} ${file.bytes.length} bytes`);
}

function print(kind, name, sum) {
  const both = yara === undefined ? '' : `, with YARA ${sum.both} = ${percent(sum.both, sum.distinct)}`;
  const right = sum.distinct - sum.wrong;
  const cleaned =
    kind === 'benign' || sum.wrong === 0
      ? ''
      : `; without ${sum.wrong} mislabelled ${percent(sum.alone - sum.wrongAlone, right)}${yara === undefined ? '' : ` and ${percent(sum.both - sum.wrongBoth, right)}`}`;
  const speed = `${(sum.bytes / 1e6).toFixed(1)} MB, ${(sum.bytes / 1e3 / sum.cpuMs).toFixed(1)} MB a CPU second`;
  const limits = `${sum.exhausted} exhausted, ${sum.slow} over 250 ms${sum.notScanned > 0 ? `, ${sum.notScanned} not scanned` : ''}`;
  console.log(
    `  ${name}: ${sum.alone} of ${sum.distinct} (${sum.files} files) = ${percent(sum.alone, sum.distinct)}${both}${cleaned}; ${speed}; ${limits}`,
  );
}

const seen = new Set();
for (const kind of ['malicious', 'benign']) {
  for (const split of ['seen', 'unseen']) {
    const total = zero();
    console.log(`${kind}, ${split}`);
    for (const collection of collections(root, kind, split)) {
      const sum = await measure(kind, collection, seen);
      print(kind, collection.name, sum);
      for (const key of Object.keys(total)) total[key] += sum[key];
    }
    print(kind, 'together', total);
  }
}
yara?.close();
