import type { Detection, Severity } from '../detector.js';
import type { YaraMatch } from './yara-messages.js';

/** YARA's scores are THOR's, 0 to 100; a rule without one counts as 75 there, and here. */
const DEFAULT_SCORE = 75;

/** Tells a match with whose rule it is, and under which terms: the Detection Rule License asks for that. */
export function yaraDetection(match: YaraMatch, file: string | undefined, bytes: Uint8Array): Detection {
  const meta = new Map(Object.entries(match.meta).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (...names: readonly string[]) => names.map((name) => textOf(meta.get(name))).find(Boolean);
  const score = scoreOf(meta.get('score'), text('severity', 'threat_level'));
  const [first] = match.strings;
  const author = text('author', 'authors');
  const reference = text('reference', 'references', 'ref', 'url', 'link');
  return {
    rule: `yara.${match.rule}`,
    title: text('description', 'desc') ?? match.rule,
    severity: severityOf(score),
    techniques: techniquesOf([...match.tags, ...[...meta.values()].map(textOf)]),
    ...(first === undefined ? {} : place(first, bytes)),
    reasons: [
      `YARA rule ${match.rule}${file === undefined ? '' : ` of ${file}`}`,
      `author: ${author ?? 'not named'}, licence: ${text('license', 'licence') ?? 'not named'}`,
      ...(reference === undefined ? [] : [`reference: ${reference}`]),
      ...match.strings.slice(0, 3).map(({ name, offset }) => `${name} at byte ${offset}`),
    ],
    confidence: score / 100,
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

const BY_WORD: Readonly<Record<string, number>> = { critical: 90, high: 80, medium: 60, low: 40, info: 10 };

function scoreOf(score: unknown, word: string | undefined): number {
  const number = Number(score);
  if (Number.isFinite(number) && score !== undefined) return Math.min(100, Math.max(0, number));
  return BY_WORD[word?.toLowerCase() ?? ''] ?? DEFAULT_SCORE;
}

function severityOf(score: number): Severity {
  if (score >= 90) return 'critical';
  if (score >= 75) return 'high';
  if (score >= 60) return 'medium';
  return score >= 40 ? 'low' : 'info';
}

function techniquesOf(texts: readonly (string | undefined)[]): readonly string[] {
  const ids = texts.flatMap((text) => text?.match(/\bT1\d{3}(?:[._]\d{3})?\b/g) ?? []);
  return [...new Set(ids.map((id) => id.replace('_', '.')))];
}

/** The line of a string that matched, and what stands there. */
function place({ offset, length }: YaraMatch['strings'][number], bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = Math.max(buffer.lastIndexOf(0x0a, offset) + 1, offset - 60);
  const end = buffer.indexOf(0x0a, offset);
  let line = 1;
  for (let at = buffer.indexOf(0x0a); at >= 0 && at < offset; at = buffer.indexOf(0x0a, at + 1)) line++;
  const stop = Math.min(end < 0 ? buffer.length : end, Math.max(start + 300, offset + Math.min(length, 300)));
  return { line, excerpt: buffer.toString('latin1', start, stop).trim() };
}
