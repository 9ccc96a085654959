import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryDraft, fileJournal, openJournal, systemClock } from '@cordon/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-forged-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const KINDS = [
  'opened',
  'intent',
  'failed',
  'skipped',
  'observations',
  'artifact',
  'notice',
  'closed',
] as const;

/** A journal whose hashes all hold, written by somebody who can write what he likes. */
async function forge(directory: string, bodies: readonly unknown[]): Promise<void> {
  const journal = await openJournal(fileJournal({ directory }), 'inc-20261120t0335-5f0c2a91', systemClock);
  for (const [index, body] of bodies.entries()) {
    const kind = KINDS[index % KINDS.length] ?? 'notice';
    // What the types forbid is the point.
    await journal.append(index % 2 === 0 ? 'run' : 'isolate', [{ kind, body } as unknown as EntryDraft]);
  }
  await journal.close();
}

async function said(words: readonly string[]): Promise<{ readonly exit: number; readonly text: string }> {
  const { io, stdout, stderr } = fakeIo({ cwd: folder, kind: 'pipe' });
  const exit = await main(words, io);
  return { exit, text: stdout.text() + stderr.text() };
}

it('tells of a forged journal without harm, whatever its bodies are', async () => {
  const step = fc.record({ id: fc.jsonValue(), phase: fc.jsonValue() });
  const body = fc.oneof(
    fc.dictionary(
      fc.constantFrom('failure', 'reason', 'code', 'message', 'path', 'uri', 'outcome'),
      fc.jsonValue(),
    ),
    fc.record({
      incidentId: fc.jsonValue(),
      finding: fc.jsonValue(),
      plan: fc.array(step, { maxLength: 3 }),
    }),
    fc.record({ observations: fc.array(fc.jsonValue({ stringUnit: 'binary' }), { maxLength: 3 }) }),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 9 }), async (bodies) => {
      round += 1;
      const directory = join(folder, String(round));
      await forge(directory, bodies);
      for (const words of [['list'], ['show', 'inc-20261120t0335-5f0c2a91'], ['verify']]) {
        const { exit, text } = await said([...words, '--journal', directory]);
        expect([0, 1, 3]).toContain(exit);
        expect(text).not.toMatch(/[^\n\P{C}]|\n\s+at /u);
      }
    }),
    { numRuns: 60 },
  );
});
