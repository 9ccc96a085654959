import { type ErrorReport, errorReport } from './error-report.js';
import type { Io } from './io.js';
import { type Paint, paintFor } from './text/paint.js';
import { plainText } from './text/plain-text.js';
import { type Symbols, symbolsFor } from './text/symbols.js';

const WIDTH_OF_LOGS = 160;
const MIN_WIDTH = 40;

/** The command's voice: what it says, where, in which colours. */
export class Console {
  readonly io: Io;
  readonly paint: Paint;
  readonly symbols: Symbols;
  readonly #errorPaint: Paint;

  constructor(io: Io) {
    this.io = io;
    this.paint = paintFor({ isTTY: io.stdout.isTTY === true, env: io.env });
    this.#errorPaint = paintFor({ isTTY: io.stderr.isTTY === true, env: io.env });
    this.symbols = symbolsFor(io.env);
  }

  /** The window's width; where there is none, what `COLUMNS` says, or room enough for a log. */
  get width(): number {
    const { stdout, env } = this.io;
    const width = stdout.columns ?? Number(env['COLUMNS'] ?? WIDTH_OF_LOGS);
    return Number.isSafeInteger(width) && width >= MIN_WIDTH ? width : MIN_WIDTH;
  }

  /** A line of the answer. Texts of others in it have been made plain. */
  say(line = ''): void {
    this.io.stdout.write(`${line}\n`);
  }

  /** A remark beside the answer: on stderr, so that a pipe carries only the answer. */
  remark(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  /** Tells an error, one sentence and what to do; where it happened only for those who ask. */
  complain(error: unknown): ErrorReport {
    const report = errorReport(error);
    const { faint, bad } = this.#errorPaint;
    const [first = '', ...more] = report.message.split('\n');
    this.remark(`${bad(`cordon: ${plainText(report.code, 60)}:`)} ${plainText(first)}`);
    for (const line of more) this.remark(`  ${plainText(line)}`);
    this.remark(faint(`  ${plainText(report.advice)}`));
    if ((this.io.env['CORDON_DEBUG'] ?? '') !== '' && error instanceof Error) this.#stack(error);
    return report;
  }

  #stack(error: Error): void {
    for (const line of (error.stack ?? '').split('\n').slice(1)) this.remark(`  ${plainText(line.trim())}`);
    if (error.cause instanceof Error) {
      this.remark(`  because: ${plainText(error.cause.message)}`);
      this.#stack(error.cause);
    }
  }
}
