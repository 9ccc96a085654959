/** Reads the corpus of `bench:detect` and measures one detector, or two beside each other, on it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folders = (path) =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];

/** `malicious/seen`, `malicious/unseen`, `benign/seen`, `benign/unseen`; a folder for each collection below. */
export function collections(root, kind, split) {
  return folders(join(root, kind, split)).map((name) => ({ name, path: join(root, kind, split, name) }));
}

/** Collections keep shells as .txt, and name them anything. */
function languageOf(path, source, { languageOfContent, languageOfName }) {
  const bare = path.replace(/\.txt$/i, '');
  const named = languageOfName(bare);
  if (named !== undefined && named !== 'php') return named;
  const found = languageOfContent(source);
  if (found !== undefined) return found;
  return named === 'php' && /<\?|<%/.test(source) ? named : undefined;
}

export function* files(folder, languages, detect) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const source = bytes.toString('latin1');
    if (bytes.length === 0) continue;
    const language = languageOf(path, source, detect);
    if (!languages.includes(language)) continue;
    const name = relative(folder, path);
    yield { name, bytes, source, language, sha256: () => digest(bytes) };
  }
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Two files of one shape count as one. */
export function shapeOf({ source, language }, { tokenShape, pageShape }) {
  return language === 'php' ? tokenShape(source) : pageShape(source);
}

/**
 * Where a file is told to lie. Shells are judged by what they hold: collections name them anything. The files of
 * applications keep their names, and what the detector would not open on a server does not count.
 */
export function pathOf(kind, name, language) {
  return kind === 'malicious'
    ? `/srv/app/x.${EXTENSIONS[language]}`
    : `/srv/app/${name.replace(/\.txt$/, '')}`;
}

const EXTENSIONS = { php: 'php', jsp: 'jsp', asp: 'asp', aspx: 'aspx', perl: 'pl', python: 'py', cfm: 'cfm' };

/** One file through the engine and through YARA, with the processor time of each. */
export async function judge(path, bytes, { engine, yara }) {
  const before = process.cpuUsage();
  const [found] = engine.inspect({ path, bytes });
  const { user, system } = process.cpuUsage(before);
  const matched = yara === undefined ? [] : await yara.inspect({ path, bytes });
  return {
    isHit: found !== undefined && found.severity !== 'info',
    isExhausted: found?.rule.endsWith('budget-exhausted') === true,
    byYara: matched.filter(({ severity, rule }) => severity !== 'info' && rule !== 'yara.not-scanned'),
    notScanned: matched.some(({ rule }) => rule === 'yara.not-scanned'),
    found,
    cpuMs: (user + system) / 1000,
  };
}
