import type { Observation } from '@cordon/core';
import { decompress } from '../evidence/decompress.js';
import type { EvidenceReader, Notice } from '../evidence/evidence-file.js';
import type { Analysis, AnalysisContext, AnalysisRun, HostFile, Output, Visitor } from './analysis.js';
import type { TimelineEvent } from './event.js';
import { hostFile, isCompressedLog } from './host-file.js';
import { type Feed, feedOf, type LineListener, linesFeed } from './reading.js';

/** What `analyze` tells, as it finds it. */
export type AnalysisResult =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'event'; readonly event: TimelineEvent }
  | { readonly kind: 'notice'; readonly notice: Notice };

const MAX_FAILURES_TOLD = 20;

/** No log of a real host unpacks to more; a bomb does. */
const MAX_UNPACKED_BYTES = 64 * 1024 ** 3;

/**
 * Runs all analyses over one walk of the evidence, in constant memory. An analysis that throws over a file
 * is told as a notice `ANALYSIS_FAILED`: it loses that file, not the next ones (or one hostile file would
 * blind it), and the others lose nothing.
 */
export async function* analyze(
  reader: EvidenceReader,
  analyses: readonly Analysis[],
  context: AnalysisContext,
): AsyncGenerator<AnalysisResult> {
  const bench = new Bench(analyses, context);
  for await (const file of reader.files((notice) => bench.output.notice(notice))) {
    yield* bench.read(hostFile(file));
  }
  bench.finish();
  yield* bench.take();
}

interface Worker {
  readonly id: string;
  readonly run: AnalysisRun;
  failures: number;
}

/** The analyses at work, and what they have put out and nobody has taken yet. */
class Bench {
  readonly #results: AnalysisResult[] = [];
  readonly #seen: Observation[] = [];
  readonly #workers: Worker[] = [];

  readonly output: Output = {
    observe: (observation) => {
      this.#seen.push(observation);
      this.#results.push({ kind: 'observation', observation });
    },
    event: (event) => this.#results.push({ kind: 'event', event }),
    notice: (notice) => this.#results.push({ kind: 'notice', notice }),
  };

  constructor(analyses: readonly Analysis[], context: AnalysisContext) {
    for (const analysis of analyses) {
      try {
        this.#workers.push({ id: analysis.id, run: analysis.begin(context, this.output), failures: 0 });
      } catch (error) {
        this.#failed(analysis.id, error);
      }
    }
  }

  take(): readonly AnalysisResult[] {
    return this.#results.splice(0);
  }

  async *read(file: HostFile): AsyncGenerator<AnalysisResult> {
    const feeds = this.#feedsFor(file);
    if (feeds.length > 0) yield* this.#pour(file, feeds);
    yield* this.take();
  }

  finish(): void {
    for (const worker of this.#workers) this.#guard(worker, () => worker.run.finish?.([...this.#seen]));
  }

  async *#pour(file: HostFile, feeds: readonly Feed[]): AsyncGenerator<AnalysisResult> {
    const content = isCompressedLog(file) ? decompress(file.content()) : file.content();
    let offset = 0;
    let complete = true;
    try {
      for await (const bytes of content) {
        for (const feed of feeds) feed.chunk(bytes, offset);
        offset += bytes.length;
        yield* this.take();
        if (offset > MAX_UNPACKED_BYTES) throw new Error(`more than ${MAX_UNPACKED_BYTES} bytes`);
      }
    } catch (error) {
      complete = false;
      this.output.notice({ code: 'CONTENT_UNREADABLE', message: messageOf(error), path: file.path });
    }
    for (const feed of feeds) await feed.end(complete);
  }

  #feedsFor(file: HostFile): readonly Feed[] {
    const feeds: Feed[] = [];
    const listeners: LineListener[] = [];
    for (const worker of this.#workers) {
      const visitor = this.#guard(worker, () => worker.run.visit(file), file.path);
      if (visitor === undefined) continue;
      if (visitor.wants === 'lines') listeners.push(this.#guardedListener(worker, visitor, file.path));
      else feeds.push(this.#guardedFeed(worker, feedOf(visitor), file.path));
    }
    return listeners.length === 0 ? feeds : [linesFeed(listeners), ...feeds];
  }

  /** Called for every line of every log: so it makes no closure for each. */
  #guardedListener(
    worker: Worker,
    visitor: Extract<Visitor, { wants: 'lines' }>,
    path: string,
  ): LineListener {
    let isWell = true;
    const failed = (error: unknown) => {
      isWell = false;
      this.#failedOver(worker, error, path);
    };
    return {
      line(line) {
        try {
          if (isWell) visitor.line(line);
        } catch (error) {
          failed(error);
        }
      },
      end() {
        try {
          if (isWell) visitor.end?.();
        } catch (error) {
          failed(error);
        }
      },
    };
  }

  #guardedFeed(worker: Worker, feed: Feed, path: string): Feed {
    const before = worker.failures;
    const whileWell = (work: () => void) => {
      if (worker.failures === before) this.#guard(worker, work, path);
    };
    return {
      chunk: (bytes, offset) => whileWell(() => feed.chunk(bytes, offset)),
      end: async (complete) => {
        if (worker.failures !== before) return;
        try {
          await feed.end(complete);
        } catch (error) {
          this.#failedOver(worker, error, path);
        }
      },
    };
  }

  #guard<T>(worker: Worker, work: () => T, path?: string): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#failedOver(worker, error, path);
      return undefined;
    }
  }

  #failedOver(worker: Worker, error: unknown, path: string | undefined): void {
    worker.failures += 1;
    if (worker.failures <= MAX_FAILURES_TOLD) this.#failed(worker.id, error, path);
  }

  #failed(id: string, error: unknown, path?: string): void {
    const message = `${id}: ${messageOf(error)}`;
    this.output.notice({ code: 'ANALYSIS_FAILED', message, ...(path === undefined ? {} : { path }) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
