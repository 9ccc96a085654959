import { VirtualClock } from '../../../testkit/src/clock.js';
import type { Account } from '../../src/engine/account.js';
import type { EvidenceStore } from '../../src/engine/artifact.js';
import type { Environment } from '../../src/engine/environment.js';
import { StepFailure } from '../../src/engine/failure.js';
import type { Finding } from '../../src/engine/finding.js';
import type { RemoteHost } from '../../src/engine/remote-host.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';

export const FINDING: Finding = {
  source: 'manual',
  id: 'finding-1',
  type: 'Manual',
  title: 'A person said so',
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

function refuse(): never {
  throw StepFailure.permanent('NOT_HERE', 'these tests have no AWS');
}

/** An account that answers every call with `{}`: the engine's own tests look at what the engine does around it. */
function emptyAccount(id: string): Account {
  return {
    id,
    region: 'eu-west-1',
    partition: 'aws',
    principal: async () => `arn:aws:iam::${id}:role/Test`,
    call: async () => ({ $metadata: { requestId: 'request-1' } }) as never, // No test looks into an answer.
    presign: refuse,
  };
}

const evidence: EvidenceStore = {
  put: async (_incident, artifact) => ({
    path: artifact.path,
    uri: `memory:${artifact.path}`,
    sizeBytes: 0,
    sha256: '0'.repeat(64),
    mediaType: artifact.mediaType,
    acquiredBy: artifact.acquiredBy,
    origin: artifact.origin,
    storedAt: '2026-11-20T03:35:00.000Z',
  }),
  adopt: refuse,
  open: refuse,
  check: async () => [],
};

/** A virtual clock, a journal in memory and accounts that say yes to everything. */
export function engineWorld() {
  const clock = new VirtualClock(new Date('2026-11-20T03:35:00Z'));
  const environment: Environment = {
    clock,
    evidence,
    account: (role) => emptyAccount(role === 'suspect' ? '111122223333' : '999900001111'),
    remoteHost: (_account, instanceId): RemoteHost => ({
      instanceId,
      send: refuse,
      result: refuse,
      sent: refuse,
      cancel: refuse,
    }),
  };
  const journal = memoryJournal();
  return { clock, environment, journal, options: { environment, journal } };
}
