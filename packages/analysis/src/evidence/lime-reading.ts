import type { EvidenceReader } from './evidence-file.js';
import { LimeWalker, type MemoryRange } from './lime-walker.js';

/** What the structure of a LiME image says. */
export interface LimeStructure {
  /** Why the image is not whole; absent: it is. */
  readonly problem?: string;
  readonly ranges: readonly MemoryRange[];
}

/** A LiME image as one file of evidence: walked while analyses read it. */
export class LimeReading {
  readonly #walker = new LimeWalker();
  readonly #watch: (chunk: Uint8Array) => void;

  /** `watch` sees every chunk as it goes by. */
  constructor(watch: (chunk: Uint8Array) => void = () => undefined) {
    this.#watch = watch;
  }

  reader(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): EvidenceReader {
    const content = () => this.#watched(bytes);
    return {
      async *files() {
        yield { path: 'mem.lime', type: 'file', sizeBytes, content };
      },
    };
  }

  /** When all of it has been read. */
  structure(): LimeStructure {
    const problem = this.#walker.end();
    return { ranges: this.#walker.ranges, ...(problem === undefined ? {} : { problem }) };
  }

  async *#watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#walker.push(chunk);
      this.#watch(chunk);
      yield chunk;
    }
  }
}
