import { parseLoadBalancerLog } from '../../../src/parsers/load-balancer-log.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED = `https 2026-11-20T02:00:00.186641Z app/shop/0abc 198.51.100.9:2817 10.20.3.44:80 0.086 0.048 0.037 200 200 0 57 "POST https://shop.example:443/a.php HTTP/1.1" "curl/8" - - - "-"
2026-11-20T02:00:00.186641Z shop [2001:db8::7]:2817 10.20.3.44:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://shop.example:80/ HTTP/1.1" "curl/7.38.0" - -\n`;

export const targets: readonly FuzzTarget[] = [
  lines(
    'load balancer log',
    () => SEED,
    () => parseLoadBalancerLog,
  ),
];
