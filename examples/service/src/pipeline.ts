import { incidentReport } from '@cordon/analysis/report';
import { IncidentPipeline } from '@cordon/core';
import {
  cleanup,
  confirmFindingGuard,
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
  reportStep,
  sampleGuard,
  verifyContainment,
} from '@cordon/core/steps';
import { custodyCopies, diskSnapshots, liveAnalysis, shareSnapshots } from '@cordon/steps-disk';
import { liveTriage } from '@cordon/steps-memory';

export interface Deployment {
  readonly stagingBucket: string;
  readonly kmsKeyArn: string;
}

/** What this service does with every finding. Findings come from outside: the detector is asked for its own. */
export function servicePipeline({ stagingBucket, kmsKeyArn }: Deployment) {
  return IncidentPipeline.create('service')
    .use(confirmFindingGuard())
    .use(sampleGuard())
    .use(inspect())
    .use(diskSnapshots())
    .use(protect())
    .use(detachFromAutoScaling())
    .use(deregisterTargets())
    .use(isolate())
    .use(denyRole())
    .use(endForeignSessions())
    .use(cutConnections())
    .use(verifyContainment())
    .use(liveTriage({ stagingBucket }))
    .use(controlPlaneEvidence())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(liveAnalysis())
    .use(reportStep(incidentReport))
    .use(exportManifest())
    .use(cleanup());
}
