import { FlowLogParser } from '../../../src/parsers/flow-log.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED =
  'version srcaddr dstaddr srcport dstport protocol bytes start end action\n2 10.0.0.1 198.51.100.9 40000 443 6 512 1795143600 1795143659 ACCEPT\n';

export const targets: readonly FuzzTarget[] = [
  lines(
    'flow log',
    () => SEED,
    () => {
      const parser = new FlowLogParser();
      return (text) => parser.parse(text);
    },
  ),
];
