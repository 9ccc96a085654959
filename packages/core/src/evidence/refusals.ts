import type { Artifact } from '../engine/artifact.js';
import { StepFailure } from '../engine/failure.js';
import type { Digest } from './bytes.js';

/** The place is taken by other bytes: evidence is never replaced. */
export function alreadyThere(path: string): StepFailure {
  return StepFailure.permanent('EVIDENCE_EXISTS', `${path} is stored already, with other bytes`);
}

type Expected = { readonly sizeBytes?: number; readonly sha256?: string } | undefined;

/** @throws StepFailure `EVIDENCE_SIZE_MISMATCH`, `EVIDENCE_DIGEST_MISMATCH` when the bytes are not those of the source */
export function assertExpected(path: string, expected: Expected, found: Partial<Digest>): void {
  const { sizeBytes, sha256 } = { ...expected };
  if (sizeBytes !== undefined && found.sizeBytes !== undefined && found.sizeBytes !== sizeBytes) {
    const message = `${path} has ${found.sizeBytes} bytes, its source had ${sizeBytes}`;
    throw StepFailure.permanent('EVIDENCE_SIZE_MISMATCH', message);
  }
  if (sha256 !== undefined && found.sha256 !== undefined && found.sha256 !== sha256.toLowerCase()) {
    const message = `${path} has SHA-256 ${found.sha256}, its source had ${sha256.slice(0, 64)}`;
    throw StepFailure.permanent('EVIDENCE_DIGEST_MISMATCH', message);
  }
}

/** What is wrong with stored bytes, as `EvidenceStore.check` tells it. */
export function differences(artifact: Artifact, found: Digest | undefined): readonly string[] {
  const { path, sizeBytes, sha256 } = artifact;
  if (found === undefined) return [`${path} is missing`];
  if (found.sizeBytes !== sizeBytes) return [`${path} has ${found.sizeBytes} bytes, not ${sizeBytes}`];
  return found.sha256 === sha256 ? [] : [`${path} has SHA-256 ${found.sha256}, not ${sha256}`];
}
