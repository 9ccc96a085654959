import { verifyJournal } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { allClosed, changes, entriesOf, outcomeIn, scene, until } from './scene.ts';

/** What must not happen twice. A setting may be set again to what it is, an object put again where it lies. */
function made(counts: Readonly<Record<string, number>>) {
  const again = /:Modify\w+Attribute$|:ModifyInstanceMetadataOptions$|:PutObject$/;
  return Object.fromEntries(Object.entries(counts).filter(([operation]) => !again.test(operation)));
}

/** The whole pipeline takes an hour: time enough to stop in. */
function startWhole(here: Awaited<ReturnType<typeof scene>>) {
  return here.start({ pipeline: here.options().pipeline });
}

/** What incidents that nobody disturbed leave. */
async function undisturbed() {
  const whole = await scene();
  await startWhole(whole);
  for (const nth of [0, 1]) whole.queue.send(JSON.stringify(whole.findingAbout(nth)));
  await until(whole, () => allClosed(whole, 2));
  return made(changes(whole));
}

describe('a service that is stopped', { timeout: 120_000 }, () => {
  it('leaves incidents open where they are, and the next one ends them as if nothing had been', async () => {
    const expected = await undisturbed();
    const here = await scene();
    for (const nth of [0, 1]) here.queue.send(JSON.stringify(here.findingAbout(nth)));
    for (const operation of ['ec2:CreateSnapshots', 'ssm:SendCommand']) {
      const service = await startWhole(here);
      await until(here, () => here.world.calls.all().some((call) => call.operation === operation));
      await service.stop();
      expect(service.incidents.slots.taken).toBe(0);
      for (const id of await here.journal.list())
        expect(outcomeIn(await entriesOf(here, id))).toBeUndefined();
    }
    await startWhole(here);
    await until(here, () => allClosed(here, 2));
    expect(made(changes(here))).toEqual(expected);
    const { evidence } = here.options().environment;
    for (const id of await here.journal.list())
      expect(await verifyJournal(here.journal, id, { evidence })).toMatchObject({ state: 'whole' });
  });

  it('takes no finding while it stops, and answers no request afterwards', async () => {
    const here = await scene();
    const service = await here.start();
    await service.stop();
    here.queue.send(JSON.stringify(here.findingAbout()));
    await here.world.clock.advance(120_000);
    expect(here.queue.count()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    await expect(fetch(`${service.url}/health`)).rejects.toThrow();
  });

  it('goes on by itself where its journal could not be written for a while', async () => {
    const here = await scene();
    const { journal } = here;
    let full = false;
    const open: typeof journal.open = async (id) => {
      const store = await journal.open(id);
      const append: typeof store.append = async (...entries) => {
        if (full) throw new Error('ENOSPC: no space left on device');
        return store.append(...entries);
      };
      return { ...store, append };
    };
    await here.start({ pipeline: here.options().pipeline, journal: { ...journal, open } });
    here.queue.send(JSON.stringify(here.findingAbout()));
    await until(here, () => here.world.calls.all().some((call) => call.operation === 'ec2:CreateSnapshots'));
    full = true;
    await until(here, () => here.lines.some(({ message }) => message === 'RUN_INTERRUPTED'));
    full = false;
    await until(here, () => allClosed(here, 1));
    const [id = ''] = await journal.list();
    expect(outcomeIn(await entriesOf(here, id))).toBe('complete');
  });
});
