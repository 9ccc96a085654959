import { createHash } from 'node:crypto';
import type { Bytes } from '../engine/artifact.js';

/** Any body as a stream of bytes. */
export async function* streamOf(body: Bytes): AsyncIterable<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body, 'utf8');
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/** What went by. */
export interface Digest {
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** Counts and hashes bytes on their way to somewhere else. */
export class Meter {
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
  }

  /** Once, at the end. */
  digest(): Digest {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }
}

export async function digestOf(body: AsyncIterable<Uint8Array>): Promise<Digest> {
  const meter = new Meter();
  for await (const chunk of body) meter.add(chunk);
  return meter.digest();
}
