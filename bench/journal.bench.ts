// What the journal costs a step: its four entries in three appends (intent; a call; waiting and success), to a ledger
// of its own that quotes two others, as steps write them. Then what reading and verifying costs an entry.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EntryDraft,
  fileJournal,
  type InspectableJournal,
  type Journal,
  memoryJournal,
  openJournal,
  systemClock,
  verifyJournal,
} from '@cordon/core';

const STEPS = 60;
const RUNS = 21;

const intent: EntryDraft = {
  kind: 'intent',
  attempt: 1,
  body: { leaseUntil: '2026-11-20T03:40:00.000Z', generation: 0 },
};
const call: EntryDraft = {
  kind: 'call',
  attempt: 1,
  body: {
    at: '2026-11-20T03:31:00.000Z',
    operation: 'ec2:CreateSnapshots',
    mutating: true,
    account: '111122223333',
    region: 'eu-west-1',
    principal: 'arn:aws:sts::111122223333:assumed-role/CordonResponder/inc-20261120t0331-5f0c2a91',
    requestId: '5f0c2a91-7d1b-4c55-9f0e-3b1f6a7c8d9e',
    resources: ['snap-0123456789abcdef0', 'vol-0123456789abcdef0', 'i-0f3a9c51d2b7e8460'],
    outcome: 'ok',
  },
};
const ticket = { snapshots: ['snap-0123456789abcdef0', 'snap-0123456789abcdef1'] };
const waiting: EntryDraft = {
  kind: 'waiting',
  attempt: 1,
  body: { ticket, pollAt: '2026-11-20T03:40:00.000Z' },
};
const succeeded: EntryDraft = {
  kind: 'succeeded',
  attempt: 1,
  body: {
    facts: { snapshots: [{ volumeId: 'vol-0123456789abcdef0', snapshotId: 'snap-0123456789abcdef0' }] },
  },
};

async function writeSteps(journal: Journal): Promise<number> {
  await journal.append('run', [{ kind: 'notice', body: { code: 'OPENED', message: 'm' } }]);
  const began = performance.now();
  let before = 'run';
  for (let step = 0; step < STEPS; step += 1) {
    const ledger = `step.number-${step}`;
    await journal.append(ledger, [intent], ['run', before]);
    await journal.append(ledger, [call]);
    await journal.append(ledger, [waiting, succeeded]);
    before = ledger;
  }
  return (performance.now() - began) / STEPS;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function measure(name: string, provider: InspectableJournal, remark: string): Promise<void> {
  const perStep: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const journal = await openJournal(provider, `inc-bench-${run}`, systemClock);
    perStep.push(await writeSteps(journal));
    await journal.close();
  }
  console.log(`journal, ${name}: ${median(perStep).toFixed(3)} ms a step (${remark})`);
  const opened = performance.now();
  const journal = await openJournal(provider, 'inc-bench-0', systemClock);
  const reading = ((performance.now() - opened) / journal.entries.length) * 1000;
  const verified = performance.now();
  await verifyJournal(provider, 'inc-bench-0');
  const verifying = ((performance.now() - verified) / journal.entries.length) * 1000;
  await journal.close();
  console.log(
    `journal, ${name}, opening: ${reading.toFixed(1)} us an entry (of ${journal.entries.length}, once)`,
  );
  console.log(
    `journal, ${name}, verifying: ${verifying.toFixed(1)} us an entry (chains, quotes, ends; once)`,
  );
}

await measure('memory', memoryJournal(), `median of ${RUNS} runs of ${STEPS} steps, 3 appends each`);
const directory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
await measure('file', fileJournal({ directory }), 'the same; three fsyncs of the file, one of the directory');
rmSync(directory, { recursive: true });
