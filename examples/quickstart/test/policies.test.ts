import { policies } from '@cordon/adapters-lambda';
import { memoryJournal, releaseIncident, runIncident } from '@cordon/core';
import { DEMO, rolesOf } from '@cordon/testkit';
import { expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { type Simulation, simulation } from '../src/simulation.ts';

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

it('gives roles that can do the whole pipeline and its release, and nothing else', {
  timeout: 120_000,
}, async () => {
  // What was just made shows its tags late, too: to IAM it has none until then.
  const scene = await simulation({ visibilityLagSeconds: 8 });
  // A group of the incident's own: what IAM lets an instance wear is told by its tags.
  const { securityGroupIds: _, ...forensic } = scene.deployment.forensic;
  const pipeline = webServerPipeline({ ...scene.deployment, forensic });
  const made = policies(pipeline, {
    region: DEMO.region,
    securityAccount: DEMO.securityAccount,
    responderRoles: ['CordonResponder'],
    buckets: [DEMO.evidenceBucket, DEMO.stagingBucket, DEMO.moduleBucket],
    parameters: [DEMO.forensicImageParameter],
    forensicRoleArn: `arn:aws:iam::${DEMO.securityAccount}:role/CordonForensicHost`,
  });
  restrict(scene, made);
  const host = { journal: memoryJournal(), environment: scene.environment };
  try {
    const result = await runIncident(pipeline, scene.finding, host);
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    // Logs that may not be read would be a gap, and no failure.
    expect(result.outcome).toBe('complete');
    expect(denied(scene)).toEqual([]);
    const released = await releaseIncident(pipeline, {
      ...host,
      incidentId: result.incidentId,
      approver: 'ada@example.com',
      reason: 'built anew',
      force: true,
    });
    expect(released.outcome).toBe('complete');
    expect(denied(scene)).toEqual([]);
  } finally {
    await scene.world.dispose();
  }
});
