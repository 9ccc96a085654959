import { policies } from '@cordon/adapters-lambda';
import { memoryJournal, runIncident } from '@cordon/core';
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

it('gives roles that can do the whole pipeline, and nothing with a star for its action', {
  timeout: 120_000,
}, async () => {
  const scene = await simulation();
  const pipeline = webServerPipeline(scene.deployment);
  const made = policies(pipeline, {
    region: DEMO.region,
    buckets: [DEMO.evidenceBucket, DEMO.stagingBucket, DEMO.moduleBucket],
    forensicRoleArn: `arn:aws:iam::${DEMO.securityAccount}:role/CordonForensicHost`,
  });
  restrict(scene, made);
  try {
    const result = await runIncident(pipeline, scene.finding, {
      journal: memoryJournal(),
      environment: scene.environment,
    });
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    // Logs that may not be read would be a gap, and no failure.
    expect(result.outcome).toBe('complete');
    const all = [...made.suspect.Statement, ...made.security.Statement];
    expect(all.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  } finally {
    await scene.world.dispose();
  }
});
