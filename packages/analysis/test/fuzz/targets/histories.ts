import { historyParser } from '../../../src/parsers/history.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED = '#1763608312\nls\n: 1763608312:0;id\n- cmd: a\\nb\n  when: 1763608312\n';

export const targets: readonly FuzzTarget[] = (['bash', 'zsh', 'fish'] as const).map((shell) =>
  lines(
    `${shell} history`,
    () => SEED,
    () => {
      const parser = historyParser(shell);
      return (text, line) => parser.parse(text, line);
    },
  ),
);
