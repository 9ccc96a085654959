import type { RecordedArtifact } from '../../engine/artifact.js';
import type {
  BaseContext,
  ChangeSummary,
  DecisionSummary,
  GapSummary,
  StepSummary,
} from '../../engine/context.js';
import type { Facts, WantedFacts } from '../../engine/fact.js';
import type { Finding, Suspect } from '../../engine/finding.js';
import type { Observation } from '../../engine/observation.js';
import {
  confirmedContainment,
  connections,
  containment,
  foreignAccess,
  quarantine,
  recheckedContainment,
  roleDenial,
} from '../containment-facts.js';
import { controlPlane } from '../control-plane-facts.js';
import {
  collections,
  controlPlaneAnalysis,
  custodySnapshots,
  diskAnalysis,
  evidenceSnapshots,
  forensicInstance,
  instance,
  liveAnalysis,
  memoryAnalysis,
  memoryImage,
  sealed,
  snapshots,
  triage,
} from '../facts.js';

/** Every fact that a core step or an official package may have left. */
export const REPORTED = [
  instance,
  quarantine,
  roleDenial,
  foreignAccess,
  connections,
  containment,
  recheckedContainment,
  confirmedContainment,
  sealed,
  triage,
  controlPlane,
  memoryImage,
  snapshots,
  evidenceSnapshots,
  custodySnapshots,
  forensicInstance,
  collections,
  memoryAnalysis,
  diskAnalysis,
  liveAnalysis,
  controlPlaneAnalysis,
] as const;

export type ReportedFacts = WantedFacts<typeof REPORTED>;

/** All that a report is made of: JSON, so that it can be kept beside the page and rendered again. */
export interface ReportModel {
  readonly incidentId: string;
  /** ISO 8601, UTC; as are all times here. */
  readonly openedAt: string;
  readonly generatedAt: string;
  readonly finding: Finding;
  readonly suspect: Suspect;
  /** What is known; undefined where a step failed, was skipped or is not in the pipeline. */
  readonly facts: Partial<Facts<typeof REPORTED>>;
  readonly steps: readonly StepSummary[];
  readonly artifacts: readonly (RecordedArtifact & { readonly step: string })[];
  readonly observations: readonly Observation[];
  /** Every changing call to AWS, in either account. */
  readonly changes: readonly ChangeSummary[];
  /** What guards said, and who stood behind it. */
  readonly decisions: readonly DecisionSummary[];
  /** What steps that went on could not do. */
  readonly gaps: readonly GapSummary[];
  readonly accounts: { readonly suspect: string; readonly security: string };
  /** Last hash of every ledger of the journal. */
  readonly heads: { readonly [ledger: string]: string };
}

/** The incident as it stands now. */
export function reportModel(ctx: BaseContext, facts: ReportedFacts): ReportModel {
  const { incident } = ctx;
  const known = REPORTED.map(({ name }) => [name, facts[name]] as const).filter(
    ([, value]) => value !== undefined,
  );
  return {
    incidentId: incident.id,
    openedAt: incident.openedAt,
    generatedAt: ctx.now().toISOString(),
    finding: incident.finding,
    suspect: incident.suspect,
    // Object.fromEntries forgets which name has which type.
    facts: Object.fromEntries(known) as Partial<Facts<typeof REPORTED>>,
    steps: incident.steps(),
    artifacts: incident.artifacts(),
    observations: incident.observations(),
    changes: incident.changes(),
    decisions: incident.decisions(),
    gaps: incident.gaps(),
    accounts: { suspect: ctx.suspectAccount.id, security: ctx.securityAccount.id },
    heads: incident.heads(),
  };
}
