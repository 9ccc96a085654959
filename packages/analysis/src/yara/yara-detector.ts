import { extname } from 'node:path/posix';
import { type Duration, milliseconds } from '@cordon/core';
import type { Detection, FileDetector } from '../detector.js';
import { userPacks } from '../rules/hashed-packs.js';
import { nameRules } from './rule-names.js';
import { yaraDetection } from './yara-detection.js';
import type { NamedSource, YaraRuleError, YaraSource, YaraVariables } from './yara-messages.js';
import { YaraProcess } from './yara-process-client.js';

export interface YaraOptions {
  /** Rules of the user's: none are shipped. */
  readonly sources: readonly YaraSource[];
  /** Default 10 seconds. A file that takes longer is told as not looked at, and the engine is started anew. */
  readonly fileTimeout?: Duration;
  /** Default 5 minutes: six thousand rules take half of one on a slow machine. */
  readonly compileTimeout?: Duration;
  /** The built `yara-process.js`, where a bundler left it; default: beside this package's own code. */
  readonly program?: string;
  /** Which files to scan; default: every file that is not empty. */
  readonly interested?: FileDetector['interested'];
}

/** YARA, or word that there is none: never a detector that silently finds nothing. */
export type YaraEngine =
  | {
      readonly kind: 'ready';
      readonly detector: FileDetector;
      /** Files whose rules could not be used. */
      readonly errors: readonly YaraRuleError[];
      /** Ends the engine's process; it also ends with this one. */
      close(): void;
    }
  | { readonly kind: 'engine unavailable'; readonly reason: string };

/** A file that stops the engine may be followed by others like it; each restart compiles all rules again. */
const MAX_RESTARTS = 3;

/**
 * Scans files with YARA rules of the user's, in a process of its own. Needs `@litko/yara-x`, which is not installed
 * with this package and has no build for ARM or musl.
 *
 * @example
 * ```ts
 * const yara = await yaraEngine({ sources: [{ file: 'mine.yar', text: 'rule x { strings: $a = "evil" condition: $a }' }] });
 * if (yara.kind === 'ready') defaultAnalyses({ detectors: [yara.detector] });
 * ```
 */
export async function yaraEngine(options: YaraOptions): Promise<YaraEngine> {
  const scanner = new YaraScanner(options);
  const outcome = await scanner.start();
  if (outcome.kind === 'unavailable') {
    scanner.close();
    return { kind: 'engine unavailable', reason: outcome.reason };
  }
  const detector: FileDetector = {
    id: 'yara',
    packs: userPacks('YARA rules', options.sources),
    interested: options.interested ?? (({ sizeBytes }) => sizeBytes > 0),
    inspect: (file) => scanner.inspect(file),
  };
  return { kind: 'ready', detector, errors: outcome.errors, close: () => scanner.close() };
}

class YaraScanner {
  readonly #sources: readonly NamedSource[];
  readonly #fileOfRule = new Map<string, string>();
  readonly #fileMs: number;
  readonly #compileMs: number;
  readonly #program: string | undefined;
  #process: YaraProcess;
  #restarts = 0;
  /** Files are scanned one after the other, also when they are asked for at once. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: YaraOptions) {
    this.#sources = options.sources.map(nameRules);
    for (const { file, names } of this.#sources) for (const name of names) this.#fileOfRule.set(name, file);
    this.#fileMs = milliseconds(options.fileTimeout ?? { seconds: 10 });
    this.#compileMs = milliseconds(options.compileTimeout ?? { minutes: 5 });
    this.#program = options.program;
    this.#process = new YaraProcess(this.#program);
  }

  start() {
    return this.#process.compile(this.#sources, this.#compileMs);
  }

  close(): void {
    this.#process.close();
  }

  inspect(file: Parameters<FileDetector['inspect']>[0]): Promise<readonly Detection[]> {
    const scanned = this.#last.then(() => this.#scan(file));
    this.#last = scanned.catch(() => undefined);
    return scanned;
  }

  async #scan({ path, bytes }: Parameters<FileDetector['inspect']>[0]): Promise<readonly Detection[]> {
    await this.#ensureAlive();
    const outcome = await this.#process.scan(bytes, variablesOf(path), this.#fileMs);
    if (outcome.kind === 'failed') return [unscanned(outcome.reason)];
    return outcome.matches.map((match) => yaraDetection(match, this.#fileOfRule.get(match.rule), bytes));
  }

  async #ensureAlive(): Promise<void> {
    if (this.#process.isAlive) return;
    if (this.#restarts >= MAX_RESTARTS)
      throw new Error('YARA was stopped too often: no more files are scanned');
    this.#restarts += 1;
    this.#process = new YaraProcess(this.#program);
    const outcome = await this.start();
    if (outcome.kind === 'unavailable') throw new Error(`YARA cannot be started again: ${outcome.reason}`);
  }
}

function variablesOf(path: string): YaraVariables {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // The engine's binding takes these texts for numbers and truth values, and refuses to scan.
  const filename = /^(?:[-+]?\d+|true|false)$/i.test(name) ? `./${name}` : name;
  return { filename, filepath: path, extension: extname(name), filetype: '', owner: '' };
}

/** A file that the engine did not get through is never called clean. */
function unscanned(reason: string): Detection {
  return {
    rule: 'yara.not-scanned',
    title: 'File not scanned by YARA',
    severity: 'info',
    techniques: [],
    reasons: [`not scanned: ${reason}`],
    confidence: 1,
  };
}
