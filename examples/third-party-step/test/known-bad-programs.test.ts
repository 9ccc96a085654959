import { createGzip } from 'node:zlib';
import type { BaseContext } from '@cordon/core';
import { assertStepConforms } from '@cordon/testkit';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { knownBadPrograms } from '../src/index.js';
import { programsOf } from '../src/process-list.js';
import { fileFromTriage } from '../src/triage-file.js';

const BAD = 'a'.repeat(64);
const FINE = 'b'.repeat(64);
const PROCESSES = [
  'pid\texe\texe_sha256',
  `1\t/usr/lib/systemd/systemd\t${FINE}`,
  `4242\t/var/tmp/.x/kworkerd\t${BAD}`,
  '4243\t/proc/self/exe\t',
  '',
].join('\n');
const HASHES = new Map([[BAD.toUpperCase(), 'XMRig']]);

function archive(files: Readonly<Record<string, string>>) {
  const tar = pack();
  for (const [name, body] of Object.entries(files)) tar.entry({ name }, body);
  tar.finalize();
  return tar.pipe(createGzip());
}

/** What `live.triage` would have provided: its archive, in the evidence store. */
async function triaged(ctx: BaseContext, files: Readonly<Record<string, string>>) {
  const artifact = await ctx.evidence.put({
    path: 'live/triage.tar.gz',
    body: archive(files),
    mediaType: 'application/gzip',
    acquiredBy: 'suspect',
    origin: ctx.incident.suspect.instanceId,
  });
  return { triage: { artifact, clockOffsetSeconds: 0 } };
}

describe('knownBadPrograms', () => {
  it('conforms, finds the program that is on the list and says in which line', async () => {
    const { facts, observations } = await assertStepConforms(knownBadPrograms({ hashes: HASHES }), {
      vendor: 'acme',
      facts: (ctx) => triaged(ctx, { 'live/clock.txt': 'utc', 'live/processes.tsv': PROCESSES }),
    });
    expect(facts).toEqual({ 'acme.known-bad': { programs: 2, hits: 1 } });
    expect(observations).toMatchObject([
      {
        severity: 'critical',
        entity: 'process:4242',
        evidence: [{ artifact: 'live/triage.tar.gz', path: 'live/processes.tsv', line: 3 }],
      },
    ]);
  });

  it('says what is missing when the triage holds no process list', async () => {
    const reading = fileFromTriage(archive({}), 'live/processes.tsv', AbortSignal.timeout(5_000));
    await expect(reading).rejects.toMatchObject({ code: 'ACME_NO_PROCESSES' });
  });
});

describe('programsOf', () => {
  it('goes by the names of the columns', () => {
    expect(programsOf('exe_sha256\tpid\nAB\t7\n')).toEqual([{ pid: '7', exe: '', sha256: 'ab', line: 2 }]);
  });
});
