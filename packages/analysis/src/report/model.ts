import type {
  ChangeSummary,
  Finding,
  Observation,
  RecordedArtifact,
  StepSummary,
  Suspect,
} from '@cordon/core';
import type { RoleUse } from '@cordon/core/steps';
import type { EvidencePointer } from '../engine/event.js';
import type { Story } from '../story/correlate.js';
import type { ProcessTree } from './processes.js';

/** Everything that the page shows: plain JSON. Texts may be the intruder's; the page shows them as text. */
export interface ReportModel {
  readonly incidentId: string;
  /** ISO 8601, UTC; as are all times here. */
  readonly openedAt: string;
  readonly generatedAt: string;
  readonly finding: Finding;
  readonly suspect: Suspect;
  /** What is known of the instance, for people. */
  readonly about: readonly Detail[];
  readonly decision: Decision;
  readonly story: Story;
  /** What the role of the instance did; undefined: CloudTrail was not read. */
  readonly roleUse?: RoleUse;
  /** Of the live triage; undefined: there was none. */
  readonly processes?: ProcessTree;
  readonly observations: readonly Observation[];
  readonly events: readonly ReportEvent[];
  readonly evidence: readonly (RecordedArtifact & { readonly step?: string })[];
  /** How the evidence was taken. */
  readonly acquisition: readonly Detail[];
  /** Every changing call. */
  readonly changes: readonly ChangeSummary[];
  readonly steps: readonly StepSummary[];
  /** What is missing, and why. */
  readonly gaps: readonly Detail[];
  readonly custody: Custody;
}

export interface Detail {
  readonly label: string;
  readonly value: string;
}

/** What a person has to know first, at three in the morning. */
export interface Decision {
  /** `unknown`: of evidence alone nobody can say. */
  readonly contained: 'yes' | 'partly' | 'no' | 'unknown';
  /** One sentence: why this answer. */
  readonly because: string;
  readonly verifiedAt?: string;
  /** Ways out that may still be open. */
  readonly residualRisks: readonly Detail[];
  /** What is not done or not known. */
  readonly open: readonly string[];
  readonly rotate: readonly string[];
  readonly block: readonly string[];
  /** Whom to tell, and why. */
  readonly tell: readonly Detail[];
}

/** One line of the timeline. */
export interface ReportEvent {
  readonly at: string;
  /** `ssh.guessing`, `response.step`; its first part is the lane. */
  readonly kind: string;
  readonly what: string;
  readonly message: string;
  readonly severity?: Observation['severity'];
  readonly source?: EvidencePointer;
}

export interface Custody {
  /** Last hash of every ledger when the report was written. */
  readonly heads: { readonly [ledger: string]: string };
  /** What to type to check the journal and the evidence. */
  readonly verifyCommand: string;
}
