/** One thing that happened, for the timeline. Texts in it may be the intruder's, already made safe to show. */
export interface TimelineEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What kind of time this is, Timesketch's `timestamp_desc`: `Login failed`, `File modified`. */
  readonly what: string;
  readonly message: string;
  /** Stable, dotted: `ssh.failed`, `file.modified`. */
  readonly kind: string;
  /** As in observations: `ip:203.0.113.66`. */
  readonly entity?: string;
  readonly source: EvidencePointer;
}

/** Where a thing can be looked up again. */
export interface EvidencePointer {
  /** Path of the artifact in the evidence store. */
  readonly artifact: string;
  readonly path?: string;
  /** 1-based. */
  readonly line?: number;
  readonly offsetBytes?: number;
}
