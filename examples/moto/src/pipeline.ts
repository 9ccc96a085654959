import { IncidentPipeline } from '@cordon/core';
import {
  cleanup,
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
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import { custodyCopies, diskSnapshots, forensicAttach, shareSnapshots } from '@cordon/steps-disk';
import type { PreparedSecurity } from './security.ts';

/** From protection to export, without what only a host could do. */
export function acquisition({ kmsKeyArn, forensic }: PreparedSecurity) {
  return IncidentPipeline.create('acquisition')
    .use(inspect())
    .use(diskSnapshots())
    .use(protect())
    .use(detachFromAutoScaling())
    .use(deregisterTargets())
    .use(isolate())
    .use(denyRole())
    .use(verifyContainment())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(forensicAttach(forensic))
    .use(exportManifest());
}

/** Down to the seal and the cleaning up, with the steps that read what stands around the instance. */
export function wholeEngagement({ kmsKeyArn, forensic }: PreparedSecurity) {
  return IncidentPipeline.create('whole-engagement')
    .use(inspect())
    .use(diskSnapshots())
    .use(protect())
    .use(isolate())
    .use(denyRole())
    .use(endForeignSessions())
    .use(cutConnections())
    .use(verifyContainment())
    .use(controlPlaneEvidence())
    .use(seal())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(forensicAttach(forensic))
    .use(exportManifest())
    .use(cleanup());
}
