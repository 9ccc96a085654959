/** The signs of a step's state, in the terminal's repertoire. */
export interface Symbols {
  readonly succeeded: string;
  readonly failed: string;
  readonly skipped: string;
  readonly refused: string;
  readonly pending: string;
  readonly waiting: string;
  readonly retrying: string;
  readonly running: readonly string[];
  readonly barFull: string;
  readonly barEmpty: string;
}

export const UNICODE: Symbols = {
  succeeded: '✔',
  failed: '✖',
  skipped: '–',
  refused: '⊘',
  pending: '·',
  waiting: '◷',
  retrying: '↻',
  running: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  barFull: '━',
  barEmpty: '─',
};

export const ASCII: Symbols = {
  succeeded: '+',
  failed: 'x',
  skipped: '-',
  refused: '!',
  pending: '.',
  waiting: 'o',
  retrying: '~',
  running: ['|', '/', '-', '\\'],
  barFull: '#',
  barEmpty: '-',
};

/** The Linux console and non-UTF-8 locales have no more than ASCII for certain. */
export function symbolsFor(env: Readonly<Record<string, string | undefined>>): Symbols {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C.UTF-8';
  return env['TERM'] === 'linux' || !/utf-?8/i.test(locale) ? ASCII : UNICODE;
}
