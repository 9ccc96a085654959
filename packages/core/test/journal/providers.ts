import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { fileJournal } from '../../src/journal/file-journal.js';
import type { InspectableJournal } from '../../src/journal/inspection.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import { s3Journal } from '../../src/journal/s3-journal.js';
import { simulatedS3 } from '../evidence/simulated-s3.js';
import { BUCKET, bucketAndJournal } from './s3-provider.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true, force: true }))));

/** Lives as long as the test file runs. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cordon-'));
  made.push(directory);
  return directory;
}

interface ProviderCase {
  readonly name: string;
  /** One writer at a time per incident: a second `open` is refused. */
  readonly exclusive: boolean;
  make(): Promise<InspectableJournal>;
}

/** Every kind of journal: one suite tells of all of them. */
export const PROVIDERS: readonly ProviderCase[] = [
  { name: 'memory', exclusive: true, make: async () => memoryJournal() },
  {
    name: 'file',
    exclusive: true,
    make: async () => fileJournal({ directory: await temporaryDirectory() }),
  },
  { name: 's3', exclusive: false, make: async () => bucketAndJournal().provider },
  {
    name: 's3, over the SDK,',
    exclusive: false,
    async make() {
      const { account, clock } = await simulatedS3(BUCKET, 'cordon-staging-999900001111');
      return s3Journal({ account, bucket: BUCKET, clock, retention: { for: { days: 90 } } });
    },
  },
];
