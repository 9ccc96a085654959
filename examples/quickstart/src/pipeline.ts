import { incidentReport } from '@cordon/analysis/report';
import { IncidentPipeline } from '@cordon/core';
import {
  cleanup,
  confirmContainment,
  controlPlaneEvidence,
  cutConnections,
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  endForeignSessions,
  exportManifest,
  inspect,
  isolate,
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
import { type LimeModule, limeDump, liveTriage, memoryAnalysis } from '@cordon/steps-memory';

/** What the deployment knows: buckets, keys, modules, where the forensic instance runs. */
export interface Deployment {
  readonly stagingBucket: string;
  readonly kmsKeyArn: string;
  readonly modules: readonly LimeModule[];
  readonly forensic: ForensicOptions;
}

/** The whole of an incident on a Linux web server, in the order of volatility. */
export function webServerPipeline({ stagingBucket, kmsKeyArn, modules, forensic }: Deployment) {
  return (
    IncidentPipeline.create('web-server')
      .use(inspect())
      .use(sampleGuard())
      .use(diskSnapshots())
      .use(protect())
      .use(detachFromAutoScaling())
      .use(deregisterTargets())
      // Cordon it off.
      .use(isolate())
      .use(denyRole())
      .use(endForeignSessions())
      .use(cutConnections())
      .use(verifyContainment())
      // Take what fades.
      .use(liveTriage({ stagingBucket }))
      .use(limeDump({ destination: 'upload', stagingBucket, modules }))
      .use(controlPlaneEvidence())
      .use(recheckContainment())
      .use(seal())
      // Examine copies, never the suspect.
      .use(shareSnapshots())
      .use(custodyCopies({ kmsKeyArn }))
      .use(forensicAttach(forensic))
      .use(collectFiles())
      .use(preserveFiles({ stagingBucket }))
      .use(controlPlaneAnalysis())
      .use(liveAnalysis())
      .use(memoryAnalysis())
      .use(diskAnalysis())
      // Tell, and clean up.
      .use(confirmContainment())
      .use(reportStep(incidentReport))
      .use(exportManifest())
      .use(cleanup())
  );
}
