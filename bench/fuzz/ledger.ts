import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one process did with one parser. */
export interface Stint {
  readonly target: string;
  /** That last changed the parser. */
  readonly commit: string;
  readonly seed: number;
  readonly firstRun: number;
  /** The run with which to go on. */
  readonly nextRun: number;
  readonly runs: number;
  readonly refused: number;
  readonly cpuSeconds: number;
  readonly longestMs: number;
  /** Resident, before the first run and at the peak. */
  readonly baseBytes: number;
  readonly peakBytes: number;
  readonly failures: readonly string[];
  readonly endedAt: string;
}

/** All stints of a parser at the commit that it is at, together. */
export type Total = Pick<
  Stint,
  'runs' | 'refused' | 'cpuSeconds' | 'longestMs' | 'baseBytes' | 'peakBytes' | 'failures' | 'nextRun'
>;

const NOTHING: Total = {
  runs: 0,
  refused: 0,
  cpuSeconds: 0,
  longestMs: 0,
  baseBytes: 0,
  peakBytes: 0,
  failures: [],
  nextRun: 0,
};

/** A line of JSON for each stint, in a folder that also holds what failed. */
export class Ledger {
  readonly #path: string;

  constructor(readonly folder: string) {
    this.#path = join(folder, 'ledger.jsonl');
    mkdirSync(join(folder, 'failures'), { recursive: true });
    mkdirSync(join(folder, 'running'), { recursive: true });
  }

  add(stint: Stint): void {
    appendFileSync(this.#path, `${JSON.stringify(stint)}\n`);
  }

  total(target: string, { commit, seed }: { readonly commit: string; readonly seed: number }): Total {
    if (!existsSync(this.#path)) return NOTHING;
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    // Whole lines are what `add` wrote; the last one may be cut off.
    const stints = lines.slice(0, -1).map((line) => JSON.parse(line) as Stint);
    return stints
      .filter((stint) => stint.target === target && stint.commit === commit)
      .reduce((sum, stint) => added(sum, stint, seed), NOTHING);
  }

  /** @returns where the input lies now */
  keep(name: string, input: Buffer): string {
    const path = this.#failure(name);
    writeFileSync(path, input);
    return path;
  }

  drop(name: string): void {
    rmSync(this.#failure(name), { force: true });
  }

  #failure(name: string): string {
    return join(this.folder, 'failures', name.replaceAll(/[^\w.-]+/g, '-'));
  }
}

function added(sum: Total, stint: Stint, seed: number): Total {
  return {
    runs: sum.runs + stint.runs,
    refused: sum.refused + stint.refused,
    cpuSeconds: sum.cpuSeconds + stint.cpuSeconds,
    longestMs: Math.max(sum.longestMs, stint.longestMs),
    baseBytes: Math.max(sum.baseBytes, stint.baseBytes),
    peakBytes: Math.max(sum.peakBytes, stint.peakBytes),
    failures: [...sum.failures, ...stint.failures],
    nextRun: stint.seed === seed ? Math.max(sum.nextRun, stint.nextRun) : sum.nextRun,
  };
}
