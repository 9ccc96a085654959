import type { Console } from '../console.js';
import { jsonReporter } from './json-reporter.js';
import { liveReporter } from './live-reporter.js';
import { plainReporter } from './plain-reporter.js';
import type { Reporter, ReporterOptions } from './reporter.js';

export type ReporterKind = 'live' | 'plain' | 'json';

/** Live where somebody looks at a terminal, lines where somebody reads a log. */
export function reporterKind(
  { io }: Console,
  asked: { readonly json?: boolean | undefined; readonly plain?: boolean | undefined },
): ReporterKind {
  if (asked.json === true) return 'json';
  const inCi = !['', '0', 'false'].includes(io.env['CI'] ?? '');
  const canDraw = io.stdout.isTTY === true && io.env['TERM'] !== 'dumb' && !inCi;
  return asked.plain === true || !canDraw ? 'plain' : 'live';
}

const MAKERS: Readonly<Record<ReporterKind, (options: ReporterOptions) => Reporter>> = {
  live: liveReporter,
  plain: plainReporter,
  json: jsonReporter,
};

export function makeReporter(kind: ReporterKind, options: ReporterOptions): Reporter {
  return MAKERS[kind](options);
}
