// node: --max-old-space-size=1500
// A finding for each of 200 instances in 20 accounts within one minute, on the interpreter of the state machine, with
// as many instances of the function as Lambda would have, which share nothing, in this process. STORM_ACCOUNTS, STORM_INSTANCES (in each) and STORM_SECONDS try others.

import { storm } from '../packages/adapters-lambda/test/storm/storm.js';

const accounts = Number(process.env['STORM_ACCOUNTS'] ?? 20);
const instances = Number(process.env['STORM_INSTANCES'] ?? 10);
const withinSeconds = Number(process.env['STORM_SECONDS'] ?? 60);

const began = performance.now();
const { incidents, calls, executions, workers } = await storm({ accounts, instances, withinSeconds });
const seconds = (performance.now() - began) / 1000;
const most = (times: readonly number[]) => Math.max(...times).toFixed(1);
const complete = incidents.filter(({ outcome }) => outcome === 'complete').length;
const delays = incidents.map(({ toldAt, containedAt }) => containedAt - toldAt);
console.log(
  `${accounts * instances} findings in ${accounts} accounts within ${withinSeconds} s, each told twice: ${seconds.toFixed(1)} s`,
);
console.log(
  `incidents ${incidents.length}, executions ${executions}, complete ${complete}; ${workers} instances of the step function`,
);
console.log(`from finding to containment: at most ${most(delays)} s (virtual)`);
console.log(
  `last contained after ${most(incidents.map(({ containedAt }) => containedAt))} s, first examined after ${Math.min(...incidents.map(({ examinedAt }) => examinedAt)).toFixed(1)} s (virtual)`,
);
console.log(
  `refused for their rate: ${calls.get('RequestLimitExceeded') ?? 0}; CreateSnapshots ${calls.get('ec2:CreateSnapshots ok')}, CopySnapshot ${calls.get('ec2:CopySnapshot ok')}`,
);
console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
