import type { Entry, Phase } from '@cordon/core';
import { PHASES } from '@cordon/core';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { RunModel } from '../../src/model/run-model.js';
import { paintFor } from '../../src/text/paint.js';
import { UNICODE } from '../../src/text/symbols.js';
import { framesOf, runFrame } from '../../src/view/frame.js';
import { at, entry, failed, intent, opened, succeeded } from '../world/entries.js';

const paint = paintFor({ isTTY: false, env: {} });

function canvas(height: number, width = 100) {
  return { paint, symbols: UNICODE, width, height };
}

function modelOf(entries: readonly Entry[]): RunModel {
  const model = new RunModel();
  for (const one of entries) model.apply(one);
  return model;
}

const STEPS: readonly (readonly [string, Phase])[] = [
  ['guard.sample', 'protect'],
  ['inspect', 'protect'],
  ['isolate', 'contain'],
  ['role.deny', 'contain'],
  ['memory.lime', 'capture'],
  ['triage.live', 'capture'],
  ['disk.snapshots', 'examine'],
  ['disk.attach', 'examine'],
  ['report', 'report'],
  ['cleanup', 'cleanup'],
];

/** Contained; the dump is at 40 %, snapshots wait, the attachment failed. */
function inTheMiddle(): RunModel {
  const model = modelOf([
    opened(STEPS),
    ...STEPS.slice(0, 4).flatMap(([id], index) => [intent(index, id), succeeded(index + 0.5, id)]),
    intent(5, 'memory.lime'),
    intent(5, 'triage.live', 2),
    entry(6, 'triage.live', {
      kind: 'retrying',
      body: {
        failure: { kind: 'retryable', code: 'ThrottlingException', message: 'Rate exceeded' },
        retryAt: new Date(at(15)).toISOString(),
        from: 'start',
      },
    }),
    intent(1, 'disk.snapshots'),
    entry(2, 'disk.snapshots', {
      kind: 'waiting',
      body: { ticket: {}, pollAt: new Date(at(70)).toISOString() },
    }),
    intent(4, 'disk.attach'),
    failed(7, 'disk.attach', 'partition 2 is LUKS\u001b[2J'),
    entry(7, 'guard.sample', {
      kind: 'observations',
      body: {
        observations: [
          { rule: 'r', title: 't', severity: 'critical', techniques: [], entity: 'e', evidence: [] },
        ],
      },
    }),
  ]);
  model.progress({ step: 'memory.lime', done: 2e9, total: 8e9, unit: 'bytes' }, at(5));
  model.progress({ step: 'memory.lime', done: 3.2e9, total: 8e9, unit: 'bytes' }, at(10));
  return model;
}

describe('runFrame', () => {
  it('shows every step where there is room, by phase', () => {
    expect(runFrame(inTheMiddle(), canvas(30), { now: at(10), tick: 0 }).join('\n')).toMatchInlineSnapshot(`
      "  inc-20261120t0335-5f0c2a91  i-0f3a9c51d2b7e8460  111122223333 eu-west-1  10s
        high 8  Backdoor:EC2/C&CActivity.B  The instance talks to a C2

        protect  ✔ guard.sample       0.5s
                 ✔ inspect            0.5s
        contain  ✔ isolate            0.5s
                 ✔ role.deny          0.5s
        capture  ⠋ memory.lime        5.0s  ━━━━━━━━────────────  40%  240 MB/s  20s left  3.2 GB of 8 GB
                 ↻ triage.live        5.0s  attempt 2  again in 5.0s  ThrottlingException: Rate exceeded
        examine  ◷ disk.snapshots     9.0s  looks again in 1m 00s
                 ✖ disk.attach        3.0s  NOT_MOUNTED: partition 2 is LUKS\\x1b[2J
        report   · report
        cleanup  · cleanup

        found 1 critical"
    `);
  });

  it('keeps what is under way and what failed where there is little room', () => {
    expect(runFrame(inTheMiddle(), canvas(12), { now: at(10), tick: 0 }).join('\n')).toMatchInlineSnapshot(`
      "  inc-20261120t0335-5f0c2a91  i-0f3a9c51d2b7e8460  111122223333 eu-west-1  10s
        high 8  Backdoor:EC2/C&CActivity.B  The instance talks to a C2

        protect  ✔ 2 done             1.5s
        contain  ✔ 2 done             1.5s
        capture  ⠋ memory.lime        5.0s  ━━━━━━━━────────────  40%  240 MB/s  20s left  3.2 GB of 8 GB
                 ↻ triage.live        5.0s  attempt 2  again in 5.0s  ThrottlingException: Rate exceeded
        examine  ◷ disk.snapshots     9.0s  looks again in 1m 00s
                 ✖ disk.attach        3.0s  NOT_MOUNTED: partition 2 is LUKS\\x1b[2J
        report   · report
        cleanup  · cleanup
        found 1 critical"
    `);
    expect(
      runFrame(inTheMiddle(), canvas(8, 60), { now: at(10), tick: 0 }).join('\n'),
    ).toMatchInlineSnapshot(`
      "  inc-20261120t0335-5f0c2a91  i-0f3a9c51d2b7e8460  11112222…
        high 8  Backdoor:EC2/C&CActivity.B  The instance talks to…
        before   ✔ 4 done             3.5s
        capture  ⠋ memory.lime        5.0s  ━━━━━━━━──────────── …
                 ↻ triage.live        5.0s  attempt 2  again in 5…
        examine  ✖ 1 waiting, 1 failed     9.0s
        then     · 2 to come
        found 1 critical"
    `);
  });

  it('says that it opens before there is a journal', () => {
    expect(runFrame(new RunModel(), canvas(10), { now: 0, tick: 0 })).toEqual(['  opening the incident']);
  });

  it('never takes more lines or cells than it was given, whatever the state', () => {
    const step = fc.tuple(
      fc.constantFrom(...PHASES),
      fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }),
        fc.string({ unit: fc.constantFrom('\u{1f1e6}', '\u{1f468}\u200d', 'a', '漢', '\0'), minLength: 1 }),
      ),
      fc.nat(5),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { maxLength: 60, selector: ([, id]) => id }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 40, max: 120 }),
        (steps, height, width) => {
          const model = modelOf([
            opened(steps.map(([phase, id]) => [id, phase])),
            ...steps.flatMap(([, id, state]) => [
              ...(state > 0 ? [intent(1, id)] : []),
              ...(state === 2 ? [succeeded(2, id)] : []),
              ...(state === 3 ? [failed(3, id, id.repeat(20))] : []),
            ]),
          ]);
          for (const [, id, state] of steps)
            if (state > 3) model.progress({ step: id, done: 1, total: state, unit: id }, at(4));
          const lines = runFrame(model, canvas(height, width), { now: at(5), tick: 3 });
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          expect(lines.join('')).not.toMatch(/\p{C}/u);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('framesOf', () => {
  it.each([1, 2, 5, 12, 100])('fits %i incidents into one window', (count) => {
    const models = Array.from({ length: count }, inTheMiddle);
    const lines = framesOf(models, canvas(22), { now: at(10), tick: 0 });
    expect(lines.length).toBeLessThanOrEqual(22);
    const shown = lines.filter((line) => line.includes('inc-20261120t0335-5f0c2a91')).length;
    const hidden = Number(/and (\d+) more/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
    expect(shown + hidden).toBe(count);
  });
});
