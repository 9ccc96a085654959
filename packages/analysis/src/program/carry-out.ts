import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { defaultAnalyses } from '../analyses/default-analyses.js';
import { indicatorAnalysis } from '../analyses/indicators/indicator-analysis.js';
import type { Analysis } from '../engine/analysis.js';
import { type AnalysisResult, analyze } from '../engine/analyze.js';
import type { EvidenceReader } from '../evidence/evidence-file.js';
import { LimeReading } from '../evidence/lime-reading.js';
import { tarReader } from '../evidence/tar-reader.js';
import { resultLines } from '../results/result-lines.js';
import { type AnalysisOrder, OrderSchema, optionsOf } from './order.js';

/** Told of the bytes of evidence that were read, of all of them. */
export type Told = (done: number, total: number) => void;

/** A look at how far it is costs a request: twenty in all, and none for little. */
const LOOKS = 20;
const LEAST_BETWEEN_LOOKS = 16 * 2 ** 20;

/** Counts what is read, and tells it now and then. */
class Odometer {
  #done = 0;
  #told = 0;
  readonly #every: number;

  constructor(
    private readonly total: number,
    private readonly tell: Told,
  ) {
    this.#every = Math.max(LEAST_BETWEEN_LOOKS, total / LOOKS);
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      this.#done += chunk.length;
      if (this.#done - this.#told >= this.#every) this.end();
      yield chunk;
    }
  }

  end(): void {
    this.#told = this.#done;
    this.tell(this.#done, this.total);
  }
}

/** How a piece of evidence is read, and what is asked of it. */
interface Looking {
  reader(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): EvidenceReader;
  analyses(): readonly Analysis[];
  /** What is to be told beside the results. */
  told?(): unknown;
}

function lookingFor(order: AnalysisOrder): Looking {
  if (order.kind === 'memory') {
    const reading = new LimeReading();
    return {
      reader: (bytes, sizeBytes) => reading.reader(bytes, sizeBytes),
      analyses: () => [indicatorAnalysis()],
      told: () => reading.structure(),
    };
  }
  const options = optionsOf(order);
  return { reader: tarReader, analyses: () => defaultAnalyses(options) };
}

async function* results(
  { evidence, indicators }: AnalysisOrder,
  looking: Looking,
  { folder, tell }: { readonly folder: string; readonly tell: Told },
): AsyncGenerator<AnalysisResult> {
  const total = evidence.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const odometer = new Odometer(total, tell);
  for (const [index, { path: artifact, acquiredAt, sizeBytes }] of evidence.entries()) {
    const reader = looking.reader(odometer.read(join(folder, 'evidence', String(index))), sizeBytes);
    yield* analyze(reader, looking.analyses(), { artifact, acquiredAt, indicators });
  }
  odometer.end();
}

/**
 * Looks through `FOLDER/evidence/0`, `1`, ... as `FOLDER/order.json` says, and leaves the results in
 * `FOLDER/out/results.jsonl`: line for line what `examine` keeps. What there is to be told beside them, as the structure of
 * an image, is in `FOLDER/out/told.json`.
 */
export async function carryOut(folder: string, tell: Told): Promise<void> {
  const order = v.parse(OrderSchema, JSON.parse(await readFile(join(folder, 'order.json'), 'utf8')));
  const looking = lookingFor(order);
  await mkdir(join(folder, 'out'), { recursive: true });
  const file = await open(join(folder, 'out', 'results.jsonl'), 'w');
  try {
    for await (const line of resultLines(results(order, looking, { folder, tell })))
      await file.appendFile(line);
  } finally {
    await file.close();
  }
  if (looking.told !== undefined)
    await writeFile(join(folder, 'out', 'told.json'), JSON.stringify(looking.told()));
}
