import { errorLogParser } from '../../../src/parsers/error-log.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED =
  '[Fri Nov 20 03:11:52.123456 2026] [php:notice] [pid 701] [client 192.0.2.9:52144] PHP Notice: x\n2026/11/20 03:11:52 [error] 12#12: *1 open() failed, client: 192.0.2.9, server: x\n';

export const targets: readonly FuzzTarget[] = [
  lines(
    'error log',
    () => SEED,
    () => errorLogParser('Asia/Tokyo'),
  ),
];
