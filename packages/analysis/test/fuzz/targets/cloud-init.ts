import { parseCloudInitLog } from '../../../src/parsers/cloud-init-log.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const SEED =
  "2026-11-20 03:11:52,123 - subp.py[DEBUG]: Running command ['/bin/sh', '-c', \"x\"] with allowed return codes [0]\n";

export const targets: readonly FuzzTarget[] = [
  lines(
    'cloud-init log',
    () => SEED,
    () => parseCloudInitLog,
  ),
];
