import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tarReader } from '../../src/evidence/tar-reader.js';
import { inChunks } from '../evidence/evidence.js';
import { resultsOf } from './run.js';

const TAR = gunzipSync(readFileSync(new URL('../evidence/fixtures/capabilities.tar.gz', import.meta.url)));

async function told(evidence: Parameters<typeof resultsOf>[0]) {
  const { bad, info } = await resultsOf(evidence);
  return [...bad, ...info]
    .filter(({ rule }) => rule === 'file.capabilities')
    .map(({ severity, entity }) => `${severity} ${entity}`);
}

describe('programs with rights of root', () => {
  it('are told from an archive that keeps attributes, the worst where they give a shell', async () => {
    expect((await told(tarReader(inChunks(TAR)))).sort()).toEqual([
      'high file:/usr/bin/python3',
      'info file:/usr/bin/inherited',
      'info file:/usr/bin/ping',
      'low file:/usr/local/bin/helper',
      'medium file:/home/a b/.cache/x',
      'medium file:/usr/bin/all',
      expect.stringMatching(/^medium file:\/usr\/lib\/n+\/deep\/tool-with-a-long-name$/),
    ]);
  });

  it('are told from a list of the whole file system, each once, with its line', async () => {
    const { bad } = await resultsOf({
      'meta/capabilities.txt':
        './usr/bin/ping cap_net_raw=ep\n./usr/bin/perl cap_setuid=ep\n./usr/bin/perl cap_setuid=ep\n./usr/bin/newuidmap cap_setuid=ep\n',
    });
    const capable = bad.filter(({ rule }) => rule === 'file.capabilities');
    expect(capable.map(({ severity, entity, evidence }) => [severity, entity, evidence[0]?.line])).toEqual([
      ['high', 'file:/usr/bin/perl', 2],
    ]);
    expect(capable[0]?.reasons).toEqual([
      'permitted: cap_setuid',
      'cap_setuid: as good as root',
      'perl gives a shell',
    ]);
  });
});
