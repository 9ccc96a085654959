import type { Step } from '@cordon/core';
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
  sampleGuard,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import {
  collectFiles,
  custodyCopies,
  diskSnapshots,
  forensicAttach,
  liveAnalysis,
  preserveFiles,
  shareSnapshots,
} from '@cordon/steps-disk';
import { limeDump, liveTriage, memoryAnalysis } from '@cordon/steps-memory';
import { describe, expect, it } from 'vitest';
import {
  assertStepConforms,
  type ConformanceOptions,
  compromisedWebServer,
  createWorld,
  DEMO,
} from '../../src/index.js';

/** The scene's ids are the same in every world: what the deployment knows of it is read once. */
async function deployment() {
  await using world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
  const { security } = await compromisedWebServer(world);
  return {
    stagingBucket: DEMO.stagingBucket,
    kmsKeyArn: security.kmsKeyArn,
    modules: [{ ...security.limeModule, architecture: 'x86_64' as const }],
    forensic: {
      subnetId: security.subnetId,
      securityGroupIds: [security.groupId],
      image: { ssmParameter: DEMO.forensicImageParameter },
      instanceProfileName: security.instanceProfileName,
    },
  };
}

const { stagingBucket, kmsKeyArn, modules, forensic } = await deployment();

function own(step: Step, before: readonly Step[] = [], options: ConformanceOptions = {}) {
  return { step, options: { vendor: 'cordon', before, ...options } };
}

/** Both read back and try again inside of one call, for longer than a minute in a bad case. */
const LONG_CALL = { except: ['TIMEOUT_UNSOUND'] };
const shared = [diskSnapshots(), shareSnapshots()];
const attached = [...shared, forensicAttach(forensic)];

const QUICK = [
  own(inspect()),
  own(sampleGuard()),
  own(diskSnapshots(), [inspect()]),
  own(protect()),
  own(detachFromAutoScaling()),
  own(deregisterTargets()),
  own(isolate()),
  own(denyRole(), [inspect()]),
  own(endForeignSessions()),
  own(cutConnections(), [inspect(), isolate()], LONG_CALL),
  own(verifyContainment(), [inspect(), isolate(), denyRole()]),
  own(liveTriage({ stagingBucket })),
  own(controlPlaneEvidence(), [inspect()]),
  own(seal(), [inspect(), detachFromAutoScaling(), deregisterTargets(), isolate()], LONG_CALL),
  own(exportManifest(), [inspect()]),
];

/** These wait for hosts and copies in every run: two minutes together. */
const SLOW = [
  own(limeDump({ stagingBucket, modules })),
  own(shareSnapshots(), [diskSnapshots()]),
  own(custodyCopies({ kmsKeyArn }), shared),
  own(forensicAttach(forensic), shared),
  own(collectFiles(), attached),
  own(preserveFiles({ stagingBucket }), [...attached, collectFiles()]),
  own(liveAnalysis(), [liveTriage({ stagingBucket })]),
  own(memoryAnalysis(), [limeDump({ stagingBucket, modules })]),
  own(cleanup(), attached),
];

const STEPS = process.env['CONFORMANCE'] === 'all' ? [...QUICK, ...SLOW] : QUICK;

describe('a step of Cordon’s own', { timeout: 300_000 }, () => {
  it.each(STEPS)('conforms: $step.id', async ({ step, options }) => {
    const { called, runs } = await assertStepConforms(step, options);
    expect(runs).toBeGreaterThanOrEqual(2);
    for (const role of ['suspect', 'security'] as const)
      expect(step.actions[role] ?? []).toEqual(expect.arrayContaining([...called[role]]));
  });
});
