import {
  type ApprovalRequest,
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
  networkAcl,
  protect,
  recheckContainment,
  sampleGuard,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import {
  collectFiles,
  controlPlaneAnalysis,
  custodyCopies,
  deletedFiles,
  diskAnalysis,
  diskSnapshots,
  forensicAttach,
  liveAnalysis,
  preserveFiles,
  shareSnapshots,
} from '@cordon/steps-disk';
import { limeDump, liveTriage, memoryAnalysis, preserveMemory } from '@cordon/steps-memory';
import { describe, expect, it } from 'vitest';
import {
  addKey,
  assertStepConforms,
  type CompromisedWebServer,
  type ConformanceOptions,
  DEMO,
  type Judged,
} from '../../src/index.js';

const { stagingBucket } = DEMO;

const forensicOf = ({ security }: CompromisedWebServer) => ({
  subnetId: security.subnetId,
  securityGroupIds: [security.groupId],
  image: { ssmParameter: DEMO.forensicImageParameter },
  instanceProfileName: security.instanceProfileName,
});
const lime = ({ security }: CompromisedWebServer) =>
  limeDump({
    destination: 'upload',
    stagingBucket,
    modules: [{ ...security.limeModule, architecture: 'x86_64' }],
  });

/** A key of the suspect account that both may use: the same in every world. */
const VOLUME_KEY = 'c0ffee00-0000-4000-8000-00000000d15c';
const limeToVolume = ({ security, suspectRegion: { account, name } }: CompromisedWebServer) =>
  limeDump({
    modules: [{ ...security.limeModule, architecture: 'x86_64' }],
    volumeKeyArn: `arn:aws:kms:${name}:${account.id}:key/${VOLUME_KEY}`,
  });
const withKey = ({ suspectRegion, securityRegion }: CompromisedWebServer) => {
  addKey(suspectRegion, { id: VOLUME_KEY, sharedWith: [securityRegion.account.id] });
  return [];
};

type Before = NonNullable<ConformanceOptions['before']>;

function own(id: string, step: Judged, before: Before = [], options: ConformanceOptions = {}) {
  return { id, step, options: { vendor: 'cordon', before, ...options } };
}

/** Somebody who says yes at once. */
const approval = {
  ask: async ({ id }: ApprovalRequest) => ({ requestId: id, decision: 'yes', by: 'ada' }) as const,
  deadline: { minutes: 5 },
  onExpiry: 'refuse',
} as const;

/** Both read back and try again inside of one call, for longer than a minute in a bad case. */
const LONG_CALL = { except: ['TIMEOUT_UNSOUND'] };
const shared = [diskSnapshots(), shareSnapshots()];
const attached = (scene: CompromisedWebServer) => [...shared, forensicAttach(forensicOf(scene))];

const QUICK = [
  own('inspect', inspect()),
  own('guard.sample', sampleGuard()),
  own('disk.snapshots', diskSnapshots(), [inspect()]),
  own('protect', protect()),
  own('protect.auto-scaling', detachFromAutoScaling()),
  own('protect.targets', deregisterTargets()),
  own('contain.isolate', isolate()),
  own('contain.deny-role', denyRole(), [inspect()]),
  own('contain.end-foreign-sessions', endForeignSessions()),
  own('contain.cut-connections', cutConnections(), [inspect(), isolate()], LONG_CALL),
  own('contain.verify', verifyContainment(), [inspect(), isolate(), denyRole()]),
  own('live.triage', liveTriage({ stagingBucket })),
  own('capture.control-plane', controlPlaneEvidence(), [inspect()]),
  own('seal.recheck', recheckContainment(), [inspect(), isolate(), denyRole()], LONG_CALL),
  own('seal', seal(), [inspect(), detachFromAutoScaling(), deregisterTargets(), isolate()], LONG_CALL),
  own('seal.network-acl', networkAcl({ approval, when: 'always' }), [inspect(), isolate()]),
  own('report.containment', confirmContainment(), [inspect(), isolate(), denyRole(), verifyContainment()]),
  own('report.manifest', exportManifest(), [inspect()]),
];

/** These wait for hosts and copies in every run: two minutes together. */
const SLOW = [
  own('memory.lime', lime),
  own('memory.lime onto a volume', limeToVolume, withKey),
  own('memory.preserve', preserveMemory({ stagingBucket }), (scene) => [
    ...withKey(scene),
    limeToVolume(scene),
    ...attached(scene),
  ]),
  own('disk.share', shareSnapshots(), [diskSnapshots()]),
  own('disk.custody', ({ security: { kmsKeyArn } }) => custodyCopies({ kmsKeyArn }), shared),
  own('disk.attach', (scene) => forensicAttach(forensicOf(scene)), shared),
  own('disk.collect', collectFiles(), attached),
  own('disk.preserve', preserveFiles({ stagingBucket }), (scene) => [...attached(scene), collectFiles()]),
  own(
    'disk.analyse, there',
    diskAnalysis({ remote: { stagingBucket, where: 'forensic-instance' } }),
    (scene) => [...attached(scene), collectFiles(), preserveFiles({ stagingBucket })],
  ),
  own('control-plane.analyse', controlPlaneAnalysis(), [inspect(), controlPlaneEvidence()]),
  own('disk.deleted', deletedFiles({ stagingBucket }), attached),
  own('live.analyse', liveAnalysis(), [liveTriage({ stagingBucket })]),
  own('memory.analyse', memoryAnalysis(), (scene) => [lime(scene)]),
  own(
    'memory.analyse, there',
    memoryAnalysis({ remote: { stagingBucket, where: 'forensic-instance' } }),
    (scene) => [lime(scene), ...attached(scene)],
  ),
  own('cleanup', cleanup(), attached),
];

const STEPS = process.env['CONFORMANCE'] === 'all' ? [...QUICK, ...SLOW] : QUICK;

describe('a step of Cordon’s own', { timeout: 300_000 }, () => {
  it.each(STEPS)('conforms: $id', async ({ step, options }) => {
    const { runs } = await assertStepConforms(step, options);
    expect(runs).toBeGreaterThanOrEqual(2);
  });
});
