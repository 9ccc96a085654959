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
import {
  ADMINISTRATOR_ACCESS,
  addInstance,
  addRole,
  addRouteTable,
  addSecurityGroup,
  addSubnet,
  addVpc,
  createWorld,
  type SimulatedRegion,
} from '@cordon/testkit';

const ACCOUNTS = 20;
const INSTANCES = 50;
const REGION = 'eu-west-1';
const SECURITY = '999900001111';

const world = createWorld({ seed: 'thousand', start: new Date('2026-11-20T03:36:00Z') });

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${SECURITY}:root` },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    },
  ],
};

function populate(region: SimulatedRegion, account: number): readonly Finding[] {
  const vpc = addVpc(region, { cidr: '10.20.0.0/16' });
  const subnet = addSubnet(region, { vpcId: vpc.id, cidr: '10.20.0.0/20', availabilityZone: `${REGION}a` });
  addRouteTable(region, {
    vpcId: vpc.id,
    main: true,
    routes: [{ destination: '10.20.0.0/16', target: 'local' }],
  });
  const group = addSecurityGroup(region, { name: 'shop', vpcId: vpc.id });
  return Array.from({ length: INSTANCES }, (_, index) => {
    const instance = addInstance(region, { interfaces: [{ subnetId: subnet.id, groups: [group.id] }] });
    return {
      source: 'manual',
      id: `finding-${account}-${index}`,
      type: 'Bench',
      title: 'Bench',
      description: '',
      severity: 8,
      band: 'high',
      sample: false,
      suspect: { instanceId: instance.id, account: region.account.id, region: REGION, partition: 'aws' },
      remote: { addresses: [], domains: [], ports: [] },
    };
  });
}

const findings = Array.from({ length: ACCOUNTS }, (_, index) => {
  const account = world.account(String(100000000000 + index));
  addRole(account, { name: 'CordonResponder', trust: TRUST, policies: { all: ADMINISTRATOR_ACCESS } });
  return populate(account.region(REGION), index);
}).flat();

const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const base = world.account(SECURITY).credentials();
const environment = awsEnvironment({
  clock: world.clock,
  evidence: directoryEvidence({ directory: folder, clock: world.clock }),
  credentials: async () => base,
  suspect: { roleArn: (account) => `arn:aws:iam::${account}:role/CordonResponder` },
  security: { account: SECURITY },
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
