import * as v from 'valibot';
import type { AcquiredWith, HashedTool } from './acquired-with.js';

/** Who produced the bytes: a rooted host can lie, the hypervisor and the control plane cannot be made to by it. */
export const ACQUIRED_BY = ['suspect', 'hypervisor', 'control-plane', 'forensic-host', 'cordon'] as const;

/** Bulk evidence in the store, as facts and the journal refer to it. */
export const ArtifactSchema = v.object({
  /** Path within the incident, POSIX, of safe characters: `memory/dump.lime`. */
  path: v.string(),
  uri: v.string(),
  sizeBytes: v.number(),
  /** 64 hex digits, of the stored bytes. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  mediaType: v.string(),
  acquiredBy: v.picklist(ACQUIRED_BY),
  /** What it was taken from: `i-...`, `vol-...`, an ARN. */
  origin: v.string(),
  storedAt: v.string(),
  versionId: v.optional(v.string()),
});
export type Artifact = v.InferOutput<typeof ArtifactSchema>;

export type Bytes = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface PutArtifact {
  readonly path: string;
  readonly body: Bytes;
  readonly mediaType: string;
  readonly acquiredBy: Artifact['acquiredBy'];
  readonly origin: string;
  /** Packs of rules that judged it: for the record. */
  readonly rules?: readonly HashedTool[];
  /** What the forensic host booted from that took it, `ami-...`: for the record. */
  readonly image?: string;
}

/** An artifact as the journal has it: the reference, and with what it was taken. */
export interface RecordedArtifact extends Artifact {
  /** Absent in older journals. */
  readonly acquiredWith?: AcquiredWith;
}

/** An object that a host has uploaded to the staging bucket, to be taken into the evidence store. */
export interface AdoptArtifact extends Omit<PutArtifact, 'body'> {
  readonly source: { readonly bucket: string; readonly key: string };
  /** What the source says its bytes are; the store compares. */
  readonly expected?: { readonly sizeBytes?: number; readonly sha256?: string };
}

/** What a step sees of the evidence store. Each artifact becomes a journal entry. */
export interface EvidenceWriter {
  put(artifact: PutArtifact): Promise<Artifact>;
  adopt(artifact: AdoptArtifact): Promise<Artifact>;
  open(artifact: Artifact): AsyncIterable<Uint8Array>;
}

/** Where evidence lies. A put of the same path with the same bytes is the same artifact; other bytes are refused. */
export interface EvidenceStore {
  put(incidentId: string, artifact: PutArtifact): Promise<Artifact>;
  adopt(incidentId: string, artifact: AdoptArtifact): Promise<Artifact>;
  open(artifact: Artifact): AsyncIterable<Uint8Array>;
  /** What is wrong with a stored artifact; empty when it is as recorded. */
  check(artifact: Artifact): Promise<readonly string[]>;
}
