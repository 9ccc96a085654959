import * as v from 'valibot';
import { ArtifactSchema, type EvidenceStore } from '../engine/artifact.js';
import type { Entry } from '../engine/entry.js';
import type { JournalProblem } from './problem.js';

async function faultsOf(body: unknown, evidence: EvidenceStore): Promise<readonly string[]> {
  const artifact = v.safeParse(ArtifactSchema, body);
  if (!artifact.success) return ['The entry does not describe an artifact.'];
  try {
    return await evidence.check(artifact.output);
  } catch (error) {
    return [`It could not be read: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Every artifact on record, against what lies in the store. One after the other: each may be large. */
export async function evidenceProblems(
  entries: readonly Entry[],
  evidence: EvidenceStore,
): Promise<readonly JournalProblem[]> {
  const problems: JournalProblem[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'artifact') continue;
    for (const message of await faultsOf(entry.body, evidence)) {
      problems.push({ ledger: entry.ledger, seq: entry.seq, code: 'EVIDENCE', message });
    }
  }
  return problems;
}
