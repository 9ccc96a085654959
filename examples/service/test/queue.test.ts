import { verifyJournal } from '@cordon/core';
import { runProcess, SimulatedCrash } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { startService } from '../src/service.ts';
import { allClosed, changes, entriesOf, LEAN, outcomeIn, scene, until } from './scene.ts';

describe('a service that takes findings from a queue', { timeout: 120_000 }, () => {
  it('answers a finding with a whole incident, and forgets the message when it is on record', async () => {
    const here = await scene();
    const service = await here.start({ pipeline: here.options().pipeline });
    here.queue.send(JSON.stringify(here.findingAbout()));
    await until(here, () => here.queue.bodies().length === 0);
    expect(service.incidents.slots.taken).toBe(1);
    await until(here, () => allClosed(here, 1));
    const [incidentId = ''] = await here.journal.list();
    const { evidence } = here.options().environment;
    const { state, problems } = await verifyJournal(here.journal, incidentId, { evidence });
    expect({ state, problems }).toEqual({ state: 'whole', problems: [] });
    expect(outcomeIn(await entriesOf(here, incidentId))).toBe('complete');
    expect(here.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(here.lines.map(({ message }) => message)).toContain('closed');
  });

  it('makes one incident of a message that comes again and again', async () => {
    const once = await scene();
    await once.start();
    once.queue.send(JSON.stringify(once.findingAbout()));
    await until(once, () => allClosed(once, 1));
    const often = await scene({ queue: { duplicates: 0.8 } });
    await often.start();
    for (let time = 0; time < 5; time += 1) often.queue.send(JSON.stringify(often.findingAbout()));
    await until(often, async () => (await allClosed(often, 1)) && often.queue.bodies().length === 0);
    const taken = often.lines.filter(({ message }) => message === 'FINDING_TAKEN');
    expect(taken.length).toBeGreaterThan(5);
    expect(new Set(taken.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(changes(often)).toEqual(changes(once));
  });

  it('goes on where the process was killed between record and receipt', async () => {
    const whole = await scene();
    await whole.start();
    whole.queue.send(JSON.stringify(whole.findingAbout()));
    await until(whole, () => allClosed(whole, 1));
    const here = await scene();
    here.queue.send(JSON.stringify(here.findingAbout()));
    here.world.faults.add({ operation: 'sqs:DeleteMessage', fault: 'crash-before', nth: 1 });
    const killed = runProcess(async () => {
      await startService({ ...here.options(), pipeline: LEAN });
      return new Promise<never>(() => undefined);
    });
    await expect(killed).rejects.toThrow(SimulatedCrash);
    expect(here.queue.bodies()).toHaveLength(1);
    const [incidentId = ''] = await here.journal.list();
    here.journal.abandon(incidentId);
    await here.start();
    await until(here, async () => (await allClosed(here, 1)) && here.queue.bodies().length === 0);
    expect(changes(here)).toEqual(changes(whole));
  });

  it('lets what nobody can read go to the dead letters, and takes what it can of it', async () => {
    const here = await scene();
    await here.start();
    here.queue.send('{"findings": [');
    here.queue.send(JSON.stringify([here.findingAbout(), { hello: 'world' }]));
    await until(here, () => here.dead.bodies().length === 2);
    expect(here.queue.bodies()).toEqual([]);
    await until(here, () => allClosed(here, 1));
    const unread = here.lines.filter(({ message }) => message === 'MESSAGE_UNREADABLE');
    expect(unread).toHaveLength(6);
  });

  it('forgets findings that are none of its business, and says which it passed over', async () => {
    const here = await scene();
    await here.start();
    const { detail } = here.demo.finding;
    const low = { ...here.demo.finding, detail: { ...detail, severity: 2 } };
    const bucket = { ...here.demo.finding, detail: { ...detail, resource: { resourceType: 'S3Bucket' } } };
    here.queue.send(JSON.stringify(low));
    here.queue.send(JSON.stringify(bucket));
    await until(here, () => here.queue.bodies().length === 0);
    expect(await here.journal.list()).toEqual([]);
    expect(here.dead.bodies()).toEqual([]);
    expect(here.lines).toContainEqual(expect.objectContaining({ status: 'passed-over' }));
  });

  it('runs no more incidents at once than it may; the others wait in the queue', async () => {
    const here = await scene();
    for (let nth = 0; nth < 5; nth += 1) here.queue.send(JSON.stringify(here.findingAbout(nth)));
    let most = 0;
    const service = await here.start({ most: 2 });
    await until(here, async () => {
      most = Math.max(most, service.incidents.slots.taken);
      // What nobody has room for is not in flight.
      const { visible, inFlight } = here.queue.count();
      const begun = (await here.journal.list()).length;
      expect(visible + inFlight + begun).toBeGreaterThanOrEqual(5);
      return allClosed(here, 5);
    });
    expect(most).toBe(2);
  });

  it('keeps asking a queue that does not answer, ever more seldom, and says so in its health', async () => {
    const here = await scene();
    here.world.faults.add({ operation: 'sqs:ReceiveMessage', fault: 'server-error', times: 8 });
    const service = await here.start();
    const health = async () => (await fetch(`${service.url}/health`)).status;
    expect(await health()).toBe(200);
    await here.world.clock.advance(181_000);
    expect(await health()).toBe(503);
    await until(here, async () => (await health()) === 200);
    expect(here.lines.filter(({ message }) => message === 'QUEUE_TROUBLE')).toHaveLength(8);
  });
});
