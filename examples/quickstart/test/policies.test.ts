import { policies } from '@cordon/adapters-lambda';
import {
  type AnyPipeline,
  IncidentPipeline,
  memoryJournal,
  releaseIncident,
  runIncident,
} from '@cordon/core';
import {
  cleanup,
  denyRole,
  detachFromAutoScaling,
  inspect,
  isolate,
  verifyContainment,
} from '@cordon/core/steps';
import {
  collectFiles,
  custodyCopies,
  diskAnalysis,
  diskSnapshots,
  forensicAttach,
  preserveFiles,
  shareSnapshots,
} from '@cordon/steps-disk';
import { limeDump, preserveMemory } from '@cordon/steps-memory';
import { addKey, commandsOf, DEMO, rolesOf } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { type Simulation, type SimulationOptions, simulation } from '../src/simulation.ts';

/** Takes everything from the two roles but what is given here. */
function restrict({ world }: Simulation, made: ReturnType<typeof policies>): void {
  const roles = [
    [DEMO.suspectAccount, 'CordonResponder', made.suspect],
    [DEMO.securityAccount, 'CordonForensics', made.security],
  ] as const;
  for (const [account, name, document] of roles) {
    const role = rolesOf(world.account(account)).get(name);
    if (role === undefined) throw new Error(`no role ${name}`);
    role.inline.clear();
    const text = JSON.stringify(document);
    role.inline.set('cordon', { text, document: JSON.parse(text), effectiveFromMs: 0 });
  }
}

/** What a role was refused, and not let do a moment later, when EC2 showed its tags. */
function denied({ world }: Simulation): readonly string[] {
  const asked = world.calls.all().map(({ operation, input, outcome }) => ({
    what: `${operation} ${JSON.stringify(input)}`,
    outcome,
  }));
  const done = new Set(asked.filter(({ outcome }) => outcome === 'ok').map(({ what }) => what));
  const refused = asked.filter(({ outcome }) => /Unauthorized|AccessDenied/.test(outcome));
  return refused.map(({ what }) => what).filter((what) => !done.has(what));
}

/** Holds both roles to what the pipeline needs, and runs it. */
async function runHeld<const P extends AnyPipeline>(scene: Simulation, pipeline: P) {
  restrict(
    scene,
    policies(pipeline, {
      region: DEMO.region,
      securityAccount: DEMO.securityAccount,
      responderRoles: ['CordonResponder'],
      buckets: [DEMO.evidenceBucket, DEMO.stagingBucket, DEMO.moduleBucket],
      parameters: [DEMO.forensicImageParameter],
      forensicRoleArn: `arn:aws:iam::${DEMO.securityAccount}:role/CordonForensicHost`,
    }),
  );
  const host = { journal: memoryJournal(), environment: scene.environment };
  const result = await runIncident(pipeline, scene.finding, host);
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  const failed = result.steps.filter(({ status }) => status !== 'succeeded');
  expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
  expect(denied(scene)).toEqual([]);
  // Logs that may not be read would be a gap, and no failure.
  expect(result.outcome).toBe('complete');
  return { host, incidentId: result.incidentId };
}

/** Names of the scripts that the forensic instance was sent. */
function commandsSent({ world }: Simulation): readonly (string | undefined)[] {
  const commands = commandsOf(world.account(DEMO.securityAccount).region(DEMO.region));
  return [...commands.values()].map(({ comment }) => comment.split(' ')[1]);
}

/** What was just made shows its tags late, too: to IAM it has none until then. */
async function scene(options: SimulationOptions = {}): Promise<Simulation> {
  const made = await simulation({ visibilityLagSeconds: 8, ...options });
  onTestFinished(() => made.world.dispose());
  return made;
}

/** A group of the incident's own: what IAM lets an instance wear is told by its tags. */
function inOwnGroup({ deployment }: Simulation) {
  const { securityGroupIds: _, ...forensic } = deployment.forensic;
  return forensic;
}

describe('policies', { timeout: 120_000 }, () => {
  it('gives roles that can do the whole pipeline and its release, and nothing else', async () => {
    const here = await scene();
    const pipeline = webServerPipeline({ ...here.deployment, forensic: inOwnGroup(here) });
    const { host, incidentId } = await runHeld(here, pipeline);
    const approver = 'ada@example.com';
    const order = { ...host, incidentId, approver, reason: 'built anew', force: true };
    const released = await releaseIncident(pipeline, order);
    expect(released.outcome).toBe('complete');
    expect(denied(here)).toEqual([]);
  });

  it.each(['shared-key', 'aws-ebs'] as const)(
    'lets volumes be shared and kept that lie under a key: %s',
    async (encryption) => {
      const here = await scene({ encryption });
      const security = here.world.account(DEMO.securityAccount).region(DEMO.region);
      const transferKeyArn = addKey(security, { sharedWith: [DEMO.suspectAccount] }).arn;
      const pipeline = IncidentPipeline.create('keys')
        .use(inspect())
        .use(diskSnapshots())
        .use(shareSnapshots({ transferKeyArn }))
        .use(custodyCopies({ kmsKeyArn: here.deployment.kmsKeyArn }))
        .use(cleanup());
      await runHeld(here, pipeline);
      const copied = here.world.calls
        .of('ec2:CopySnapshot')
        .filter(({ account }) => account === DEMO.suspectAccount);
      expect(copied).toHaveLength(encryption === 'aws-ebs' ? 1 : 0);
    },
  );

  it('lets memory be taken on a volume of its own, and disks be analysed beside the evidence', async () => {
    const here = await scene();
    const { stagingBucket, modules } = here.deployment;
    const region = here.world.account(DEMO.suspectAccount).region(DEMO.region);
    const volumeKeyArn = addKey(region, { sharedWith: [DEMO.securityAccount] }).arn;
    const pipeline = IncidentPipeline.create('memory')
      .use(inspect())
      .use(diskSnapshots())
      .use(detachFromAutoScaling())
      .use(isolate())
      .use(denyRole())
      .use(verifyContainment())
      .use(limeDump({ modules, volumeKeyArn }))
      .use(shareSnapshots())
      .use(forensicAttach(inOwnGroup(here)))
      .use(preserveMemory({ stagingBucket }))
      .use(collectFiles())
      .use(preserveFiles({ stagingBucket }))
      .use(diskAnalysis({ remote: { stagingBucket, where: 'forensic-instance' } }))
      .use(cleanup());
    await runHeld(here, pipeline);
    expect(commandsSent(here)).toEqual(expect.arrayContaining(['analyse', 'upload-results']));
    expect(here.world.calls.changes().map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['ec2:CreateSnapshot', 'ec2:DetachVolume', 'ec2:DeleteVolume']),
    );
  });
});
