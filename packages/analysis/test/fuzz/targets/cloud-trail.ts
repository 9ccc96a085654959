import { trailCalls } from '../../../src/parsers/trail-file.js';
import type { FuzzTarget } from '../fuzz-target.js';

const SEED =
  '{"Records":[{"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/a/i-0abc"},"eventTime":"2026-11-20T02:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","sourceIPAddress":"198.51.100.9","readOnly":true}]}';

export const targets: readonly FuzzTarget[] = [
  {
    name: 'CloudTrail',
    seed: () => Buffer.from(SEED),
    run: (bytes) => trailCalls(bytes.toString('utf8')),
  },
];
