import type { Entry, EntryDraft, Finding, Phase } from '@cordon/core';

export const FINDING: Finding = {
  source: 'guardduty',
  id: 'finding-1',
  type: 'Backdoor:EC2/C&CActivity.B',
  title: 'The instance talks to a C2',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: {
    instanceId: 'i-0f3a9c51d2b7e8460',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  remote: { addresses: [], domains: [], ports: [] },
};

const BEGIN = Date.parse('2026-11-20T03:35:00Z');

export function at(seconds: number): number {
  return BEGIN + seconds * 1000;
}

/** An entry as a host tells of it; hashes are the journal's business, not that of whoever shows it. */
export function entry(seconds: number, ledger: string, draft: EntryDraft): Entry {
  const place = { ledger, seq: 0, at: new Date(at(seconds)).toISOString(), prev: '', hash: 'a'.repeat(64) };
  return { attempt: 1, ...draft, ...place };
}

export function opened(steps: readonly (readonly [string, Phase])[], ledger = 'run'): Entry {
  return entry(0, ledger, {
    kind: 'opened',
    body: {
      incidentId: 'inc-20261120t0335-5f0c2a91',
      pipeline: 'test',
      finding: FINDING,
      plan: steps.map(([id, phase]) => ({ id, version: 1, phase, predecessors: [] })),
    },
  });
}

export function intent(seconds: number, ledger: string, attempt = 1): Entry {
  return entry(seconds, ledger, {
    kind: 'intent',
    attempt,
    body: { leaseUntil: new Date(at(seconds + 60)).toISOString(), generation: 0 },
  });
}

export function succeeded(seconds: number, ledger: string): Entry {
  return entry(seconds, ledger, { kind: 'succeeded', body: { facts: {} } });
}

export function failed(seconds: number, ledger: string, message: string): Entry {
  return entry(seconds, ledger, {
    kind: 'failed',
    body: { failure: { kind: 'permanent', code: 'NOT_MOUNTED', message } },
  });
}
