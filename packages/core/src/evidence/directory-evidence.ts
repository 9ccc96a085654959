import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Account } from '../engine/account.js';
import type { AdoptArtifact, Artifact, EvidenceStore, PutArtifact } from '../engine/artifact.js';
import { type Clock, systemClock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { claimName, errorCode, makeDirectory } from '../journal/durable-file.js';
import { artifactKey, recordedKey } from './artifact-path.js';
import { type Digest, digestOf, Meter, streamOf } from './bytes.js';
import { alreadyThere, assertExpected, differences } from './refusals.js';

export interface DirectoryEvidenceOptions {
  /** Holds one directory per incident: `<directory>/<incident>/evidence/<path>`. Made when it is missing. */
  readonly directory: string;
  /** Session that reads the staging bucket, for what hosts have uploaded. Without it nothing can be adopted. */
  readonly account?: Account;
  /** Gives the time at which an artifact was stored. */
  readonly clock?: Clock;
}

const READ_ONLY = 0o400;

async function fill(handle: FileHandle, body: AsyncIterable<Uint8Array>, at: Date): Promise<Digest> {
  const meter = new Meter();
  for await (const chunk of body) {
    meter.add(chunk);
    await handle.appendFile(chunk);
  }
  await handle.utimes(at, at);
  await handle.chmod(READ_ONLY);
  await handle.sync();
  return meter.digest();
}

async function digestOfFile(path: string): Promise<Digest | undefined> {
  try {
    return await digestOf(createReadStream(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

class DirectoryEvidence implements EvidenceStore {
  readonly #directory: string;
  readonly #account: Account | undefined;
  readonly #clock: Clock;

  constructor({ directory, account, clock = systemClock }: DirectoryEvidenceOptions) {
    this.#directory = resolve(directory);
    this.#account = account;
    this.#clock = clock;
  }

  put(incidentId: string, artifact: PutArtifact): Promise<Artifact> {
    return this.#store(incidentId, artifact, { body: streamOf(artifact.body) });
  }

  async adopt(incidentId: string, artifact: AdoptArtifact): Promise<Artifact> {
    const account = this.#account;
    if (account === undefined) {
      throw StepFailure.permanent(
        'EVIDENCE_NO_ACCOUNT',
        'the directory store was given no account to read with',
      );
    }
    const { readObject } = await import('./s3-object.js');
    const { bucket, key } = artifact.source;
    const body = readObject(account, { Bucket: bucket, Key: key });
    const { expected } = artifact;
    return this.#store(incidentId, artifact, { body, ...(expected === undefined ? {} : { expected }) });
  }

  open(artifact: Artifact): AsyncIterable<Uint8Array> {
    return createReadStream(join(this.#directory, recordedKey(artifact)));
  }

  async check(artifact: Artifact): Promise<readonly string[]> {
    return differences(artifact, await digestOfFile(join(this.#directory, recordedKey(artifact))));
  }

  async #store(
    incidentId: string,
    artifact: Omit<PutArtifact, 'body'>,
    source: { readonly body: AsyncIterable<Uint8Array>; readonly expected?: AdoptArtifact['expected'] },
  ): Promise<Artifact> {
    const key = artifactKey(incidentId, artifact.path);
    const path = join(this.#directory, key);
    const incoming = join(this.#directory, incidentId, 'incoming', randomUUID());
    await Promise.all([makeDirectory(dirname(incoming)), makeDirectory(dirname(path))]);
    try {
      const digest = await this.#receive(incoming, source.body);
      assertExpected(artifact.path, source.expected, digest);
      await this.#settle(incoming, path, { digest, artifactPath: artifact.path });
      const { mediaType, acquiredBy, origin } = artifact;
      const storedAt = (await stat(path)).mtime.toISOString();
      return {
        path: artifact.path,
        uri: pathToFileURL(path).href,
        ...digest,
        mediaType,
        acquiredBy,
        origin,
        storedAt,
      };
    } finally {
      await unlink(incoming);
    }
  }

  async #receive(incoming: string, body: AsyncIterable<Uint8Array>): Promise<Digest> {
    const handle = await open(incoming, 'wx', 0o600);
    try {
      return await fill(handle, body, this.#clock.now());
    } finally {
      await handle.close();
    }
  }

  /** The same bytes twice are one artifact; other bytes are refused. */
  async #settle(
    incoming: string,
    path: string,
    { digest, artifactPath }: { readonly digest: Digest; readonly artifactPath: string },
  ): Promise<void> {
    if (await claimName(incoming, path)) return;
    if ((await digestOfFile(path))?.sha256 !== digest.sha256) throw alreadyThere(artifactPath);
  }
}

/**
 * Evidence as files: for a laptop, for tests, and for reading what was brought down from S3. A file appears under its
 * name whole or not at all, hashed while it is written, and read-only.
 */
export function directoryEvidence(options: DirectoryEvidenceOptions): EvidenceStore {
  return new DirectoryEvidence(options);
}
