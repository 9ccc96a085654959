import { IncidentPipeline } from '@cordon/core';
import {
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  exportManifest,
  inspect,
  isolate,
  protect,
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
