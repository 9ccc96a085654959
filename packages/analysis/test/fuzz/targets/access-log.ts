import { parseAccessLog } from '../../../src/parsers/access-log.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED =
  '203.0.113.9 - - [20/Nov/2026:03:11:52 +0000] "GET /a.php?x=%00\\" HTTP/1.1" 200 512 "-" "curl/8"\n';

export const targets: readonly FuzzTarget[] = [
  lines(
    'access log',
    () => SEED,
    () => parseAccessLog,
  ),
];
