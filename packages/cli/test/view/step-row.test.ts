import { describe, expect, it } from 'vitest';
import { RunModel } from '../../src/model/run-model.js';
import { paintFor } from '../../src/text/paint.js';
import { UNICODE } from '../../src/text/symbols.js';
import { detailOf } from '../../src/view/step-row.js';
import { at, entry, intent, opened } from '../world/entries.js';

const STYLE = { paint: paintFor({ isTTY: false, env: {} }), symbols: UNICODE };
const GIB = 1024 ** 3;

/** Snapshots of 100 GiB that are looked at every five minutes; so far this much, in percent. */
function rowAfter(...percents: readonly number[]): string {
  const model = new RunModel();
  model.apply(opened([['disk.share', 'examine']]));
  model.apply(intent(0, 'disk.share'));
  for (const [index, percent] of percents.entries()) {
    const now = at(index * 300);
    model.progress({ step: 'disk.share', done: percent * GIB, total: 100 * GIB, unit: 'bytes' }, now);
    const body = { ticket: {}, pollAt: new Date(now + 300_000).toISOString() };
    model.apply(entry(index * 300, 'disk.share', { kind: 'waiting', body }));
  }
  const step = model.step('disk.share');
  if (step === undefined) throw new Error('the plan has this step');
  return detailOf(step, STYLE, at((percents.length - 1) * 300));
}

describe('the row of snapshots that are waited for', () => {
  it('has percent, rate, time left and bytes, though the looks are minutes apart', () => {
    expect(rowAfter(0, 10, 20, 30)).toMatch(/ 30% {2}35 MB\/s {2}35m 00s left {2}32.2 GB of 107\.3 GB$/);
  });

  it('has no rate before anything has moved', () => {
    expect(rowAfter(0)).toMatch(/ 0% {2}0 B of 107\.3 GB$/);
  });

  it('keeps its rate where one look shows nothing new', () => {
    expect(rowAfter(0, 10, 20, 20)).toMatch(/ 20% {2}23 MB\/s {2}1h 00m left/);
  });
});
