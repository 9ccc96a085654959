import { tarReader } from '../../../src/evidence/tar-reader.js';
import { tarOf } from '../../evidence/evidence.js';
import { chunked, drain, type FuzzTarget } from '../fuzz-target.js';
import { SYSLOG } from '../seeds.js';

export const targets: readonly FuzzTarget[] = [
  {
    name: 'tar',
    seed: () =>
      tarOf([
        { name: 'etc/passwd', body: 'root:x:0:0::/root:/bin/sh\n' },
        { name: 'a/b', body: SYSLOG.repeat(40) },
      ]),
    async run(bytes) {
      for await (const file of tarReader(chunked(bytes)).files(() => undefined)) await drain(file.content());
    },
  },
];
