import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tarReader } from '../../../src/evidence/tar-reader.js';
import { parseCapabilityAttribute } from '../../../src/parsers/file-capabilities.js';
import { tarOf } from '../../evidence/evidence.js';
import { chunked, drain, type FuzzTarget } from '../fuzz-target.js';
import { SYSLOG } from '../seeds.js';

async function run(bytes: Buffer): Promise<void> {
  for await (const file of tarReader(chunked(bytes)).files(() => undefined)) {
    if (file.capability !== undefined) parseCapabilityAttribute(file.capability);
    await drain(file.content());
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'tar',
    seed: () =>
      tarOf([
        { name: 'etc/passwd', body: 'root:x:0:0::/root:/bin/sh\n' },
        { name: 'a/b', body: SYSLOG.repeat(40) },
      ]),
    run,
  },
  {
    name: 'tar with attributes',
    seed: () =>
      gunzipSync(
        readFileSync(join(process.cwd(), 'packages/analysis/test/evidence/fixtures/capabilities.tar.gz')),
      ),
    run,
  },
];
