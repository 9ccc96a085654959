import type { Observation } from '@cordon/core';
import type { EvidenceFile, Notice } from '../evidence/evidence-file.js';
import type { TimelineEvent } from './event.js';
import type { Line } from './line.js';

/** What the finding says the instance talked to; looked for everywhere. */
export interface Indicators {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  readonly ports: readonly number[];
}

/** What analyses know besides the evidence. */
export interface AnalysisContext {
  /** Path of the artifact in the evidence store, as observations cite it. */
  readonly artifact: string;
  /** ISO 8601, UTC: when the evidence was taken. Log lines without a year are from before it. */
  readonly acquiredAt: string;
  /** IANA name of the suspect's time zone: classic syslog stamps are local time. Default UTC. */
  readonly timeZone?: string;
  readonly indicators: Indicators;
}

/** A file of the evidence and what it was called on the suspect. */
export interface HostFile extends EvidenceFile {
  /** Absolute path on the suspect: `/etc/passwd`; undefined for what the collection itself wrote. */
  readonly hostPath: string | undefined;
  /** `hostPath` without a compression suffix, or the path in the evidence. */
  readonly name: string;
}

/** How an analysis wants to read a file. One reading serves all that ask. */
export type Visitor =
  | {
      readonly wants: 'lines';
      line(line: Line): void;
      end?(): void;
    }
  | {
      readonly wants: 'whole';
      readonly limitBytes: number;
      /** `complete` is false when the file was longer than the limit, or damaged. The walk waits for it. */
      whole(bytes: Uint8Array, complete: boolean): void | Promise<void>;
    }
  | {
      readonly wants: 'chunks';
      chunk(bytes: Uint8Array, offsetBytes: number): void;
      end?(): void;
    };

/** Where an analysis puts what it sees. */
export interface Output {
  observe(observation: Observation): void;
  event(event: TimelineEvent): void;
  notice(notice: Notice): void;
}

/** One analysis at work on one piece of evidence. */
export interface AnalysisRun {
  /** Asked for every entry of the evidence; cheap. */
  visit(file: HostFile): Visitor | undefined;
  /** After the walk; sees what has been observed so far, by all. */
  finish?(seen: readonly Observation[]): void;
}

/** A pure function over evidence: observations and events out. What it throws never stops the others. */
export interface Analysis {
  readonly id: string;
  begin(context: AnalysisContext, output: Output): AnalysisRun;
}
