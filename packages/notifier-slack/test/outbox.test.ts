import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testkit/src/clock.js';
import { Outbox } from '../src/outbox.js';
import { SlackTrouble } from '../src/transport.js';

function outbox() {
  const clock = new VirtualClock();
  const times: number[] = [];
  const box = new Outbox(clock);
  const began = clock.now().getTime();
  const send = async () => void times.push((clock.now().getTime() - began) / 1000);
  const in_ = (hours: number) => new Date(clock.now().getTime() + hours * 3_600_000);
  return { box, times, send, until: in_(1) };
}

describe('the outbox', () => {
  it('sends about one message a second, however many there are at once', async () => {
    const { box, times, send, until } = outbox();
    for (let nth = 0; nth < 10; nth++) box.put(send);
    await box.flush(until);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses).toHaveLength(9);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1);
    for (const pause of pauses) expect(pause).toBeLessThan(1.5);
  });

  it('waits for exactly as long as a 429 says', async () => {
    const { box, times, send, until } = outbox();
    let refused = false;
    box.put(async () => {
      if (refused) return send();
      refused = true;
      throw new SlackTrouble('ratelimited', 30, false);
    });
    await box.flush(until);
    expect(times).toEqual([30]);
    expect(box.report).toMatchObject({ sent: 1, failed: 0 });
  });
});
