import { LastlogParser } from '../../../src/parsers/lastlog.js';
import { LoginRecordParser } from '../../../src/parsers/login-records.js';
import type { FuzzTarget } from '../fuzz-target.js';

const seed = () => Buffer.alloc(2400, 7);

export const targets: readonly FuzzTarget[] = [
  ...([384, 400] as const).map((size) => ({
    name: `utmp, ${size} bytes`,
    seed,
    run: (changed: Buffer) => new LoginRecordParser(size, () => undefined).push(changed),
  })),
  ...([292, 296] as const).map((size) => ({
    name: `lastlog, ${size} bytes`,
    seed,
    run: (changed: Buffer) => new LastlogParser(size, () => undefined).push(changed),
  })),
];
