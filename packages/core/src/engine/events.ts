import type { Entry } from './entry.js';

/** Live progress of one step; not recorded. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** `bytes`, `snapshots`, ... */
  readonly unit: string;
}

export interface LogLine {
  readonly step: string;
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** What a host lets others listen to. A listener that throws stops nothing. */
export interface IncidentEvents {
  /** An entry of the journal, once it is durable. */
  entry: (entry: Entry) => void;
  /** What the journal held when a run was resumed, before its first new entry; for a worker also what others write meanwhile. */
  history: (entries: readonly Entry[]) => void;
  progress: (progress: Progress) => void;
  log: (line: LogLine) => void;
}
