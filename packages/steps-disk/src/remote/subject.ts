import type { Analysed } from '@cordon/analysis';
import type { AnalysisOrder } from '@cordon/analysis/program';
import type { Artifact, BaseContext, HashedTool } from '@cordon/core';
import type { RemoteOptions } from './options.js';

/** `whole`: however long it takes. `as-far-as-time-allows`: until shortly before this process ends; the rest is a gap. */
export type Extent = 'whole' | 'as-far-as-time-allows';

/** The instance that the program is to run on. */
export interface ForensicInstance {
  readonly instanceId: string;
  readonly imageId: string;
}

/** What may be analysed in this process, or on the forensic instance. */
export interface Subject {
  /** For people: `the disks`. */
  readonly what: string;
  readonly evidence: readonly Artifact[];
  readonly host: ForensicInstance | undefined;
  readonly remote: RemoteOptions;
  /** What one whole processor looks through in a second, of the bytes as they are stored. */
  readonly bytesPerSecond: number;
  /** Where the results of all of it lie in the store, and on their way there: `analysis/disk.jsonl`. */
  readonly path: string;
  /** Packs of rules that it is judged by, for the record. */
  rules(): Promise<readonly HashedTool[]>;
  /** What the program is told; undefined: what is asked here, no other process can be told. */
  order(): Promise<AnalysisOrder | undefined>;
  /** The same in this process. */
  here(extent: Extent): Promise<Analysed>;
}

/** Analysed, in one place or the other. */
export interface Ended {
  readonly analysed: Analysed;
  /** What the program told beside its results, as JSON; absent where this process did it. */
  readonly told?: string;
}

/** To write the end of the results, and what came of it. */
const RESERVE_MS = 60_000;

/** When an analysis in this process has to be over; undefined: it takes what it takes. */
export function endOf({ limits: { endsAt } }: BaseContext, extent: Extent): Date | undefined {
  return extent === 'whole' || endsAt === undefined ? undefined : new Date(endsAt.getTime() - RESERVE_MS);
}

/**
 * Where results lie. What ends by the clock ends at another byte each time, and a store keeps the first bytes of a path
 * for good.
 */
export function resultsPath(ctx: BaseContext, whole: string, end: Date | undefined): string {
  if (end === undefined) return whole;
  const stamp = ctx
    .now()
    .toISOString()
    .replace(/[^0-9TZ]/g, '');
  return whole.replace(/(\.\w+)$/, `-part-${stamp}$1`);
}
