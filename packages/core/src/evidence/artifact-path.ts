import type { Artifact } from '../engine/artifact.js';
import { StepFailure } from '../engine/failure.js';
import { shown } from '../findings/problem.js';
import { isIncidentId } from '../journal/names.js';

/** Characters that mean nothing to file systems, URLs, shells and S3 consoles alike. */
const SEGMENT = /^[A-Za-z0-9_=+@,-][A-Za-z0-9._=+@,-]*$/;
const MAX_LENGTH = 512;
const MAX_SEGMENT = 200;

function isSafe(path: string): boolean {
  return (
    path.length <= MAX_LENGTH &&
    path.split('/').every((part) => part.length <= MAX_SEGMENT && SEGMENT.test(part))
  );
}

/**
 * @throws StepFailure `EVIDENCE_PATH_INVALID` for what is absolute, climbs, hides or holds other than
 * `A-Z a-z 0-9 . _ = + @ , -`: names from a suspect's disk do not become names of ours
 */
export function assertArtifactPath(path: string): void {
  if (isSafe(path)) return;
  throw StepFailure.permanent('EVIDENCE_PATH_INVALID', `not a path for evidence: ${shown(path)}`);
}

/** The folder of an artifact in every store: `<incident>/evidence/<path>`. */
export function artifactKey(incidentId: string, path: string): string {
  if (!isIncidentId(incidentId)) {
    throw StepFailure.permanent('EVIDENCE_PATH_INVALID', `not an incident: ${shown(incidentId)}`);
  }
  assertArtifactPath(path);
  return `${incidentId}/evidence/${path}`;
}

/**
 * The same from what is on record. Only the incident is taken from the URI: stores move, and a record may be forged.
 *
 * @throws StepFailure `EVIDENCE_PATH_INVALID` when the URI is not one that a store of Cordon gave
 */
export function recordedKey({ uri, path }: Artifact): string {
  const end = `/evidence/${path}`;
  const incidentId = uri.endsWith(end) ? uri.slice(0, -end.length).split('/').at(-1) : undefined;
  return artifactKey(incidentId ?? '', path);
}
