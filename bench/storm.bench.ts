// node: --max-old-space-size=1500
// A finding for each of 200 instances within one minute, in 20 accounts and then in one, on the interpreter of the state
// machine, with as many instances of the function as Lambda would have, which share nothing, in this process.
// STORM_ACCOUNTS, STORM_INSTANCES (in each) and STORM_SECONDS try others.

import { storm } from '../packages/adapters-lambda/test/storm/storm.js';

const { STORM_ACCOUNTS, STORM_INSTANCES, STORM_SECONDS } = process.env;
const most = (times: readonly number[]) => Math.max(...times).toFixed(1);

async function weather(accounts: number, instances: number): Promise<void> {
  const withinSeconds = Number(STORM_SECONDS ?? 60);
  const began = performance.now();
  const { incidents, calls, executions, workers } = await storm({ accounts, instances, withinSeconds });
  const seconds = (performance.now() - began) / 1000;
  const complete = incidents.filter(({ outcome }) => outcome === 'complete').length;
  console.log(
    `${accounts * instances} findings in ${accounts} accounts within ${withinSeconds} s, each told twice: ${seconds.toFixed(1)} s`,
  );
  console.log(
    `incidents ${incidents.length}, executions ${executions}, complete ${complete}; ${workers} instances of the step function`,
  );
  const contained = incidents.map(({ toldAt, containedAt }) => containedAt - toldAt);
  const isProtected = incidents.map(({ toldAt, protectedAt }) => protectedAt - toldAt);
  console.log(
    `from finding to containment: at most ${most(contained)} s, to the last protection ${most(isProtected)} s (virtual)`,
  );
  console.log(
    `last contained after ${most(incidents.map(({ containedAt }) => containedAt))} s, first examined after ${Math.min(...incidents.map(({ examinedAt }) => examinedAt)).toFixed(1)} s (virtual)`,
  );
  const refused = [...calls].filter(([key]) => key.endsWith(' RequestLimitExceeded'));
  const worst = refused.sort(([, a], [, b]) => b - a).map(([key, count]) => `${key.split(' ')[0]} ${count}`);
  const which = worst.length === 0 ? '' : ` (${worst.slice(0, 3).join(', ')})`;
  console.log(
    `refused for their rate: ${calls.get('RequestLimitExceeded') ?? 0}${which}; CreateSnapshots ${calls.get('ec2:CreateSnapshots ok')}, CopySnapshot ${calls.get('ec2:CopySnapshot ok')}`,
  );
}

if (STORM_ACCOUNTS === undefined && STORM_INSTANCES === undefined) {
  await weather(20, 10);
  await weather(1, 200);
} else await weather(Number(STORM_ACCOUNTS ?? 20), Number(STORM_INSTANCES ?? 10));
console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
