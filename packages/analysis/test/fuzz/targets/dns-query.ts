import { parseDnsQuery } from '../../../src/parsers/dns-query.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED =
  '{"timestamp":1,"message":"{\\"query_timestamp\\":\\"2026-11-20T03:11:52Z\\",\\"query_name\\":\\"a.b.\\",\\"srcids\\":{\\"instance\\":\\"i-0abc\\"}}"}\n';

export const targets: readonly FuzzTarget[] = [
  lines(
    'DNS queries',
    () => SEED,
    () => parseDnsQuery,
  ),
];
