import type { Observation } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';

const SHA = 'ab'.repeat(32);

export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    rule: 'log.ssh-brute-force-success',
    title: 'deploy logged in from 198.51.100.77 by password after 460 failed attempts',
    severity: 'critical',
    techniques: ['T1110.001'],
    at: '2026-11-20T02:50:14.000Z',
    entity: 'user:deploy',
    evidence: [{ artifact: 'disk/vol-1.tar.gz', path: 'fs/var/log/auth.log', line: 941 }],
    confidence: 0.98,
    ...overrides,
  };
}

const artifact = (path: string, step: string) => ({
  path,
  uri: `s3://cordon-evidence-999900001111/inc/${path}`,
  sizeBytes: 123_456_789,
  sha256: SHA,
  mediaType: 'application/gzip',
  acquiredBy: 'forensic-host' as const,
  origin: 'vol-0a1b2c3d',
  storedAt: '2026-11-20T04:10:00Z',
  step,
});

const SUSPECT = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
} as const;

const FINDING: IncidentModel['finding'] = {
  source: 'guardduty',
  id: 'a4c7f0e1b2d34c5d8e9f00112233aabb',
  type: 'Backdoor:EC2/C&CActivity.B',
  title: 'Command and control server IP address queried by an instance.',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  firstSeen: '2026-11-20T03:11:52.000Z',
  lastSeen: '2026-11-20T03:26:07.000Z',
  suspect: SUSPECT,
  remote: { addresses: ['203.0.113.66'], domains: [], ports: [4444] },
};

const FACTS: IncidentModel['facts'] = {
  containment: {
    quarantineGroups: [],
    interfaces: [{ interfaceId: 'eni-0a1b2c3d4e5f60718', contained: true }],
    roleDeny: { roleName: 'shop-frontend', policyName: 'p' },
    ssmAlive: true,
    verifiedAt: '2026-11-20T03:36:02Z',
    residualRisks: [{ path: 'dns', detail: 'The VPC resolver is never filtered by groups' }],
  },
};

const STEPS: IncidentModel['steps'] = [
  {
    id: 'contain.isolate',
    phase: 'contain',
    status: 'succeeded',
    startedAt: '2026-11-20T03:35:20Z',
    settledAt: '2026-11-20T03:36:02Z',
  },
  {
    id: 'memory.lime',
    phase: 'capture',
    status: 'failed',
    reason: 'NO_MODULE_FOR_KERNEL',
    settledAt: '2026-11-20T03:40:00Z',
  },
];

const CHANGES: IncidentModel['changes'] = [
  {
    step: 'contain.isolate',
    at: '2026-11-20T03:35:40Z',
    operation: 'ec2:ModifyNetworkInterfaceAttribute',
    resources: ['eni-0a1b2c3d4e5f60718'],
    principal: 'arn:aws:sts::111122223333:assumed-role/CordonResponder/inc',
    outcome: 'ok',
    requestId: '7bf73129-1428-4cd3-a780-95db273d1602',
  },
];

/** What core's report step knows of a demo-like incident. */
export function incident(overrides: Partial<IncidentModel> = {}): IncidentModel {
  return {
    incidentId: 'inc-20261120-7b8e',
    openedAt: '2026-11-20T03:35:10Z',
    generatedAt: '2026-11-20T05:01:10Z',
    finding: FINDING,
    suspect: SUSPECT,
    decisions: [
      {
        guard: 'guard.cap',
        at: '2026-11-20T03:35:40Z',
        allow: true,
        reason: 'ada says yes: the owner knows',
        by: 'ada',
      },
    ],
    gaps: [
      {
        step: 'capture.control-plane',
        code: 'NOT_TAKEN',
        message: 'load-balancer-logs: s3://shop-logs: AccessDenied',
      },
    ],
    facts: FACTS,
    steps: STEPS,
    artifacts: [artifact('disk/vol-1.tar.gz', 'disk.collect')],
    observations: [observation()],
    changes: CHANGES,
    accounts: { suspect: '111122223333', security: '999900001111' },
    heads: { run: SHA },
    ...overrides,
  };
}
