import { explain, type KnownFacts, plan } from '@cordon/core';
import { lookBeforehand } from '@cordon/core/steps';
import { expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { simulation } from '../src/simulation.ts';

it('tells before anything is touched what the copies of the disks will cost', async () => {
  const { world, finding, environment, deployment } = await simulation();
  try {
    const account = environment.account('suspect', { id: 'plan', suspect: finding.suspect });
    // As `cordon plan` does it.
    const instance = await lookBeforehand(account, finding.suspect);
    const known: KnownFacts = { instance };
    const text = explain(plan(webServerPipeline(deployment), known));
    const gib = (instance?.volumes ?? []).reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
    expect(gib).toBeGreaterThan(0);
    const usd = (amount: number) => `$${amount.toFixed(2)}`;
    expect(text).toContain(`costs     snapshots: ${gib} GiB of 2 volumes: ${usd(gib * 0.05)} a month (`);
    expect(text).toContain(`costs     custody copies: ${gib} GiB of 2 volumes: ${usd(gib * 0.05)} a month (`);
    // Others may estimate more; the disks alone are this.
    const [, total = '0'] = /all steps together: .*?\$([0-9.]+) a month/.exec(text) ?? [];
    expect(Number(total)).toBeGreaterThanOrEqual(gib * 0.1);
    expect(explain(plan(webServerPipeline(deployment)))).not.toContain('all steps together');
  } finally {
    await world.dispose();
  }
});
