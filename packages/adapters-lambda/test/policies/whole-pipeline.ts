import { IncidentPipeline } from '@cordon/core';
import {
  cleanup,
  controlPlaneEvidence,
  cutConnections,
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  endForeignSessions,
  inspect,
  isolate,
  protect,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import { custodyCopies, diskSnapshots, forensicAttach, shareSnapshots } from '@cordon/steps-disk';
import { policies } from '../../src/index.js';

export const SUSPECT = '111122223333';
export const SECURITY = '999900001111';
export const REGION = 'eu-west-1';

const key = `arn:aws:kms:${REGION}:${SECURITY}:key/evidence`;

/** Contains, seals, copies and examines: of every action that policies speak of, some step declares it. */
export const wholePipeline = IncidentPipeline.create('whole')
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
  .use(controlPlaneEvidence())
  .use(seal())
  .use(shareSnapshots())
  .use(custodyCopies({ kmsKeyArn: key }))
  .use(
    forensicAttach({
      subnetId: 'subnet-0f0e5100f0e51000a',
      image: { ssmParameter: '/cordon/image' },
      instanceProfileName: 'CordonForensicHost',
    }),
  )
  .use(cleanup());

/** What the deployment of it would give to its two roles. */
export const made = policies(wholePipeline, {
  region: REGION,
  securityAccount: SECURITY,
  buckets: ['evidence'],
  parameters: ['/cordon/image'],
  responderRoles: ['CordonResponder'],
  forensicRoleArn: `arn:aws:iam::${SECURITY}:role/CordonForensicHost`,
});
