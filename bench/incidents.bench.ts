// node: --max-old-space-size=400 --max-semi-space-size=8
// A thousand incidents at once in one process: 20 simulated accounts with 50 instances each, no agent on any of them,
// so that no shell is run: snapshots, protection, containment, seal, manifest.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyPipeline,
  directoryEvidence,
  type Finding,
  IncidentPipeline,
  memoryJournal,
  runIncident,
} from '@cordon/core';
import { awsEnvironment } from '@cordon/core/aws';
import {
  denyRole,
  endForeignSessions,
  exportManifest,
  inspect,
  isolate,
  protect,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import { diskSnapshots, shareSnapshots } from '@cordon/steps-disk';
import { createWorld } from '@cordon/testkit';
import {
  EXTERNAL_ID,
  quietAccounts,
  REGION,
  RESPONDER,
  SECURITY_ACCOUNT,
} from '../packages/adapters-lambda/test/storm/quiet-accounts.js';

const ACCOUNTS = 20;
const INSTANCES = 50;

const world = createWorld({ seed: 'thousand', start: new Date('2026-11-20T03:36:00Z') });

const findings = quietAccounts(world, { accounts: ACCOUNTS, instances: INSTANCES }).map(
  ({ instanceId, account }, index): Finding => ({
    source: 'manual',
    id: `finding-${index}`,
    type: 'Bench',
    title: 'Bench',
    description: '',
    severity: 8,
    band: 'high',
    sample: false,
    suspect: { instanceId, account, region: REGION, partition: 'aws' },
    remote: { addresses: [], domains: [], ports: [] },
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const base = world.account(SECURITY_ACCOUNT).credentials();
const environment = awsEnvironment({
  clock: world.clock,
  evidence: directoryEvidence({ directory: folder, clock: world.clock }),
  credentials: async () => base,
  suspect: { roleArn: (account) => `arn:aws:iam::${account}:role/${RESPONDER}`, externalId: EXTERNAL_ID },
  security: { account: SECURITY_ACCOUNT },
});
const pipeline: AnyPipeline = IncidentPipeline.create('thousand')
  .use(inspect())
  .use(diskSnapshots())
  .use(protect())
  .use(isolate())
  .use(denyRole())
  .use(endForeignSessions())
  .use(verifyContainment())
  .use(seal())
  .use(shareSnapshots())
  .use(exportManifest());

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50);
const journal = memoryJournal();
const began = performance.now();
const results = await Promise.all(
  findings.map((finding) => runIncident(pipeline, finding, { journal, environment })),
);
const seconds = (performance.now() - began) / 1000;
clearInterval(watch);
const outcomes = Map.groupBy(results, (result) =>
  result.status === 'closed' ? result.outcome : result.status,
);
const told = [...outcomes].map(([outcome, ended]) => `${ended.length} ${outcome}`).join(', ');
console.log(
  `${findings.length} incidents at once: ${seconds.toFixed(1)} s, at most ${Math.round(Math.max(peak, process.memoryUsage.rss()) / 2 ** 20)} MiB resident, ${told}`,
);
await world.dispose();
rmSync(folder, { recursive: true });
