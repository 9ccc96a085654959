import { IncidentPipeline, memoryJournal, parseFindings } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import {
  cleanup,
  denyRole,
  detachFromAutoScaling,
  exportManifest,
  inspect,
  isolate,
  protect,
  verifyContainment,
} from '@cordon/core/steps';
import { custodyCopies, diskSnapshots, shareSnapshots } from '@cordon/steps-disk';
import { compromisedWebServer, createWorld, DEMO, s3Endpoint, snapshotSpeedOf } from '@cordon/testkit';

/** The demo's accounts, with a pipeline that makes, changes and removes things in both. */
export async function scene() {
  const world = createWorld({
    seed: 'conformance',
    start: new Date('2026-11-20T03:36:00Z'),
    visibilityLagSeconds: 5,
  });
  const demo = await compromisedWebServer(world);
  for (const region of [demo.suspectRegion, demo.securityRegion]) snapshotSpeedOf(region).gibPerMinute = 1;
  const [finding] = parseFindings(demo.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  const { url: endpoint } = await s3Endpoint(world);
  const common = { ...demo.aws, clientDefaults: { s3: { endpoint, forcePathStyle: true } } };
  const environment = () => {
    const account = awsSessions(common).session({ ...demo.aws.security, incidentId: 'cordon-evidence' });
    const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock: world.clock });
    return awsEnvironment({ ...common, evidence });
  };
  const pipeline = () =>
    IncidentPipeline.create('conformance')
      .use(inspect())
      .use(diskSnapshots())
      .use(protect())
      // Without it the group ends what is contained and fails its health check: in minutes, not always before the end.
      .use(detachFromAutoScaling())
      .use(isolate())
      .use(denyRole())
      .use(verifyContainment())
      .use(shareSnapshots())
      .use(custodyCopies({ kmsKeyArn: demo.security.kmsKeyArn }))
      .use(exportManifest())
      .use(cleanup());
  return { world, finding, environment, pipeline, journal: memoryJournal() };
}
