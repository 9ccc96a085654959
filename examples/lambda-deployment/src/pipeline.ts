import { incidentReport } from '@cordon/analysis/report';
import { IncidentPipeline, type JournalProvider } from '@cordon/core';
import {
  type ApprovalOptions,
  askInJournal,
  blastRadiusGuard,
  capGuard,
  cleanup,
  confirmContainment,
  confirmFindingGuard,
  containmentsInJournal,
  controlPlaneEvidence,
  cutConnections,
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  endForeignSessions,
  exemptionGuard,
  exportManifest,
  inspect,
  isolate,
  type PreparedGroupsPlace,
  protect,
  recheckContainment,
  reportStep,
  sampleGuard,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import {
  collectFiles,
  controlPlaneAnalysis,
  custodyCopies,
  diskAnalysis,
  diskSnapshots,
  type ForensicOptions,
  forensicAttach,
  liveAnalysis,
  preserveFiles,
  shareSnapshots,
} from '@cordon/steps-disk';
import {
  limeDump,
  liveTriage,
  memoryAnalysis,
  preserveMemory,
  quickTriage,
  type SignedCatalogue,
} from '@cordon/steps-memory';

/** What the stacks make and the functions are told by their environment. */
export interface Deployment {
  readonly journal: JournalProvider;
  readonly stagingBucket: string;
  /** Of the copies of snapshots that are kept. */
  readonly kmsKeyArn: string;
  /** What the suspect accounts' responder puts volumes and copies under that it gives to the security account. */
  readonly transferKeyArn: string;
  readonly modules: SignedCatalogue;
  /** Where the function that prepares quarantine groups writes them down. */
  readonly preparedGroups: PreparedGroupsPlace;
  readonly forensic: ForensicOptions;
  /** Parameter of SSM in the security account with what is never contained. */
  readonly exemptionsParameter: string;
}

/** Silence means no: what is asked about is what might take production down. */
function approval(journal: JournalProvider): ApprovalOptions {
  return { ask: askInJournal(journal), deadline: { minutes: 30 }, onExpiry: 'refuse' };
}

/** What is asked before anything is touched. */
function guarded({ journal, exemptionsParameter }: Deployment) {
  const ask = approval(journal);
  return IncidentPipeline.create('response')
    .use(sampleGuard())
    .use(confirmFindingGuard())
    .use(exemptionGuard({ from: { parameter: exemptionsParameter } }))
    .use(inspect())
    .use(blastRadiusGuard({ onHit: ask }))
    .use(capGuard({ most: 10, within: { hours: 1 }, past: containmentsInJournal(journal), approval: ask }));
}

/** What this deployment does with every finding. The state machine, both roles and the functions come from it. */
export function responsePipeline(deployment: Deployment) {
  const { stagingBucket, kmsKeyArn, transferKeyArn, modules, forensic } = deployment;
  return (
    guarded(deployment)
      .use(diskSnapshots())
      .use(quickTriage())
      .use(protect())
      .use(detachFromAutoScaling())
      .use(deregisterTargets())
      // Cordon it off.
      .use(isolate({ prepared: deployment.preparedGroups }))
      .use(denyRole())
      .use(endForeignSessions())
      .use(cutConnections())
      .use(verifyContainment())
      // Take what fades.
      .use(liveTriage({ stagingBucket }))
      .use(limeDump({ modules, volumeKeyArn: transferKeyArn }))
      .use(controlPlaneEvidence())
      .use(recheckContainment())
      .use(seal())
      // Examine copies, never the suspect.
      .use(shareSnapshots({ transferKeyArn }))
      .use(custodyCopies({ kmsKeyArn }))
      .use(forensicAttach(forensic))
      .use(preserveMemory({ stagingBucket }))
      .use(collectFiles())
      .use(preserveFiles({ stagingBucket }))
      .use(controlPlaneAnalysis())
      .use(liveAnalysis())
      .use(memoryAnalysis({ remote: { stagingBucket } }))
      .use(diskAnalysis({ remote: { stagingBucket } }))
      // Tell, and clean up.
      .use(confirmContainment())
      .use(reportStep(incidentReport))
      .use(exportManifest())
      .use(cleanup())
  );
}
