import * as fc from 'fast-check';
import type { EntryDraft, Journal } from '../../src/engine/entry.js';
import type { Finding } from '../../src/engine/finding.js';

export const INCIDENT = 'inc-20261120t0331-5f0c2a91';
export const SUSPECT = '111122223333-eu-west-1-i-0f3a9c51d2b7e8460';

export const finding: Finding = {
  source: 'guardduty',
  id: '5ac1b2d3e4f5a6b7c8d9e0f1a2b3c4d5',
  type: 'Backdoor:EC2/C&CActivity.B',
  title: 'The instance talks to a command and control server',
  description: 'Texts of a finding may be the intruder\u2019s: \u{1f480} \u2028 </script>',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: {
    instanceId: 'i-0f3a9c51d2b7e8460',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  remote: { addresses: ['203.0.113.66'], domains: [], ports: [4444] },
};

/** One append: to which step's ledger, with what, relying on which others. */
export interface Move {
  readonly ledger: string;
  readonly drafts: readonly EntryDraft[];
  readonly after: readonly string[];
}

const STEPS = ['inspect', 'isolate', 'disk.snapshots', 'memory.lime', 'acme.scan'] as const;

const text = fc.string({ unit: 'binary', maxLength: 40 });
const draft: fc.Arbitrary<EntryDraft> = fc.oneof(
  fc.record({ code: text, message: text }).map((body) => ({ kind: 'notice' as const, attempt: 1, body })),
  fc
    .record({ ticket: fc.jsonValue(), pollAt: fc.constant('2026-11-20T04:00:00.000Z') })
    // fast-check's JsonValue is ours, but for `readonly`.
    .map((body) => ({ kind: 'waiting' as const, attempt: 1, body }) as EntryDraft),
  fc.constant<EntryDraft>({
    kind: 'intent',
    attempt: 1,
    body: { leaseUntil: '2026-11-20T03:40:00.000Z', generation: 0 },
  }),
);

export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    ledger: fc.constantFrom(...STEPS),
    drafts: fc.array(draft, { minLength: 1, maxLength: 3 }),
    after: fc.subarray(['run', ...STEPS]),
  }),
  { maxLength: 12 },
);

/** A whole incident: opened, the moves, every step that worked settled, closed. */
export async function writeIncident(journal: Journal, played: readonly Move[]): Promise<void> {
  const steps = [...new Set(played.map(({ ledger }) => ledger))];
  const plan = steps.map((id) => ({ id, version: 1, phase: 'examine' as const, predecessors: [] }));
  await journal.append('run', [
    { kind: 'opened', body: { incidentId: journal.incidentId, pipeline: 'test', finding, plan } },
  ]);
  for (const { ledger, drafts, after } of played) await journal.append(ledger, drafts, after);
  for (const step of steps)
    await journal.append(step, [{ kind: 'succeeded', attempt: 1, body: { facts: {} } }]);
  await journal.append('run', [{ kind: 'closed', body: { outcome: 'complete', heads: {} } }]);
}

/** A small incident that is always the same. */
export const SHORT: readonly Move[] = [
  { ledger: 'inspect', drafts: [intent()], after: ['run'] },
  { ledger: 'isolate', drafts: [intent(), notice('FIRST')], after: ['run', 'inspect'] },
  { ledger: 'inspect', drafts: [notice('SECOND')], after: [] },
];

export function intent(): EntryDraft {
  return { kind: 'intent', attempt: 1, body: { leaseUntil: '2026-11-20T03:40:00.000Z', generation: 0 } };
}

export function notice(code: string): EntryDraft {
  return { kind: 'notice', attempt: 1, body: { code, message: 'm' } };
}
