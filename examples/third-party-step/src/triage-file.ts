import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StepFailure } from '@cordon/core';
import { extract } from 'tar-stream';

/** The suspect made this archive: more than this is no process list. */
const MOST_BYTES = 16 * 1024 * 1024;

/** One text file out of a gzip'd tar, without unpacking the rest of it to anywhere. */
export async function fileFromTriage(
  archive: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  let found: string | undefined;
  const tar = extract();
  const reading = (async () => {
    for await (const entry of tar) {
      if (entry.header.name === path && (entry.header.size ?? 0) <= MOST_BYTES) found = await text(entry);
      else entry.resume();
    }
  })();
  await Promise.all([pipeline(archive, createGunzip(), tar, { signal }), reading]);
  if (found === undefined) throw StepFailure.permanent('ACME_NO_PROCESSES', `the triage holds no ${path}`);
  return found;
}
