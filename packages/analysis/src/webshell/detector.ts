import type { Detection, FileDetector, Severity } from '../detector.js';
import { PhpAnalyzer } from '../php/analyze.js';
import { type Language, languageOfContent, languageOfName } from './language.js';
import { lexicalSignals } from './lexical/rules.js';
import { hasStaticName, isUploadFolder, pathSignals } from './path-signals.js';
import { phpSignals } from './php-signals.js';
import { confidence, DETECTED, score } from './score.js';
import type { Signal } from './signal.js';

export interface WebShellOptions {
  /** No more than this of a file is read, and a longer one is never called clean; default 8 MB. */
  readonly maxBytes?: number;
}

/** Judges at once. */
export interface WebShellDetector extends FileDetector {
  inspect(file: Parameters<FileDetector['inspect']>[0]): readonly Detection[];
}

const WEB_ROOT =
  /^\/?(?:fs\/)?(?:var\/www|srv|opt|usr\/share\/nginx|usr\/local\/(?:apache|nginx|www)|home\/[^/]+\/(?:public_html|www|htdocs))\//;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
/** Nobody runs a script of this size. */
const HUGE = 64 * 1024 * 1024;

/** Finds web shells by what a script does with the request: PHP by data flow, other languages by lexical rules. */
export function webShellDetector(options: WebShellOptions = {}): WebShellDetector {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const analyzer = new PhpAnalyzer();
  return {
    id: 'webshell',
    interested: ({ path, sizeBytes }) =>
      sizeBytes > 0 &&
      ((languageOfName(path) !== undefined && sizeBytes <= HUGE) ||
        (sizeBytes <= maxBytes && WEB_ROOT.test(path) && (hasStaticName(path) || isUploadFolder(path)))),
    inspect: ({ path, bytes }) => {
      const source = decode(bytes.subarray(0, maxBytes));
      const language = languageOfName(path) ?? languageOfContent(source);
      if (language === undefined) return [];
      const content = readContent(language, source, analyzer);
      const found = judge(source, allSignals(content.signals, path, language));
      const isWhole = !content.exhausted && bytes.length <= maxBytes;
      return found.length > 0 || isWhole ? found : [unfinished(source, content.signals)];
    },
  };
}

/** What a file does; where it lies and how it is named count only beside that. */
function allSignals(content: readonly Signal[], path: string, language: Language): readonly Signal[] {
  const disguised = disguise(path, language);
  return content.length === 0 ? disguised : [...content, ...pathSignals(path), ...disguised];
}

/** One character a byte; UTF-16 with its mark is read as such. */
function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString(buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf16le' : 'latin1');
}

interface Content {
  readonly signals: readonly Signal[];
  readonly exhausted: boolean;
}

function readContent(language: Language, source: string, analyzer: PhpAnalyzer): Content {
  if (language !== 'php') return { signals: lexicalSignals(language, source), exhausted: false };
  const analysis = analyzer.analyze(source);
  return { signals: phpSignals(source, analysis), exhausted: analysis.exhausted };
}

/** A file that could not be read to its end is never called clean. */
function unfinished(source: string, signals: readonly Signal[]): Detection {
  return {
    rule: 'webshell.budget-exhausted',
    title: 'Script not analysed to its end',
    severity: 'info',
    techniques: [],
    excerpt: lineText(source, 0),
    reasons: [
      'budget exhausted: the script is too long, or too involved, to be followed to its end.',
      ...signals.map((s) => s.reason),
    ],
    confidence: confidence(score(signals).score),
  };
}

function disguise(path: string, language: Language): readonly Signal[] {
  if (language !== 'php' || !hasStaticName(path)) return [];
  return [{ id: 'php-in-static-file', weight: 25, reason: 'A file that claims to be static holds PHP.' }];
}

function judge(source: string, signals: readonly Signal[]): readonly Detection[] {
  const verdict = score(signals);
  const [strongest] = verdict.signals;
  if (strongest === undefined || verdict.score < DETECTED) return [];
  const offset = Math.min(
    source.length,
    verdict.signals.find((signal) => signal.offset !== undefined)?.offset ?? 0,
  );
  return [
    {
      rule: `webshell.${strongest.id}`,
      title: 'Web shell',
      severity: severityOf(verdict.score),
      techniques: ['T1505.003'],
      line: lineAt(source, offset),
      excerpt: lineText(source, offset),
      reasons: [...new Set(verdict.signals.map((signal) => signal.reason))],
      confidence: confidence(verdict.score),
    },
  ];
}

function severityOf(score: number): Severity {
  return score >= 80 ? 'critical' : score >= 55 ? 'high' : 'medium';
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}

/** The line around the offset, at most 400 characters. */
function lineText(source: string, offset: number): string {
  const start = Math.max(source.lastIndexOf('\n', offset) + 1, offset - 100);
  const end = source.indexOf('\n', offset);
  return source.slice(start, Math.min(end < 0 ? source.length : end, start + 400)).trim();
}
