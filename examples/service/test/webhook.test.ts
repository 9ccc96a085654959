import { signWebhook } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { allClosed, SECRET, scene, until } from './scene.ts';

type Scene = Awaited<ReturnType<typeof scene>>;

/** Sends as somebody does who has the secret, unless told otherwise. */
async function send(
  { world }: Scene,
  url: string,
  message: { readonly body: string; readonly secret?: string; readonly at?: Date },
) {
  const { body, secret = SECRET, at = world.clock.now() } = message;
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const headers = {
    'x-cordon-timestamp': timestamp,
    'x-cordon-signature': signWebhook(secret, { body, timestamp }),
  };
  const response = await fetch(`${url}/findings`, { method: 'POST', body, headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('a service with a webhook', { timeout: 120_000 }, () => {
  it('takes a signed finding, and answers when it is on record', async () => {
    const here = await scene();
    const { url } = await here.start();
    const body = JSON.stringify(here.findingAbout());
    const first = await send(here, url, { body });
    expect(first).toMatchObject({ status: 202, body: { taken: [{ status: 'running' }], problems: [] } });
    expect(await here.journal.list()).toEqual([first.body.taken[0].incidentId]);
    await until(here, () => allClosed(here, 1));
    expect(await send(here, url, { body })).toMatchObject({ body: { taken: [{ status: 'settled' }] } });
  });

  it('lets a second finding about a suspect join the incident that runs', async () => {
    const here = await scene();
    const { url } = await here.start();
    const text = JSON.stringify(here.findingAbout());
    await send(here, url, { body: text });
    const other = text.replaceAll(here.demo.finding.detail.id, 'b'.repeat(32));
    const { body } = await send(here, url, { body: other });
    expect(body.taken).toMatchObject([{ status: 'joined' }]);
    expect(await here.journal.list()).toHaveLength(1);
  });

  it.each([
    ['signed by somebody else', { secret: 'another secret, just as long' }, 'BAD_SIGNATURE'],
    ['that was recorded an hour ago', { at: new Date('2026-11-20T02:36:00Z') }, 'TOO_OLD'],
  ])('refuses a message %s', async (_, how, error) => {
    const here = await scene();
    const { url } = await here.start();
    const body = JSON.stringify(here.findingAbout());
    expect(await send(here, url, { body, ...how })).toEqual({ status: 401, body: { error } });
    expect((await fetch(`${url}/findings`, { method: 'POST', body })).status).toBe(401);
    expect(await here.journal.list()).toEqual([]);
  });

  it('refuses what holds no finding, and what is too large, without reading on', async () => {
    const here = await scene();
    const { url } = await here.start();
    expect(await send(here, url, { body: '{}' })).toMatchObject({
      status: 422,
      body: { error: 'NO_FINDING', problems: [{ code: 'NOT_A_FINDING' }] },
    });
    const large = await send(here, url, { body: 'a'.repeat(1_048_577) });
    expect(large).toEqual({ status: 413, body: { error: 'TOO_LARGE' } });
  });

  it('asks the sender to come again when it is full, and takes what was left then', async () => {
    const here = await scene();
    const { url } = await here.start({ most: 1 });
    const body = JSON.stringify([here.findingAbout(1), here.findingAbout(2)]);
    const first = await send(here, url, { body });
    expect(first).toMatchObject({ status: 503, body: { error: 'FULL', taken: [{ status: 'running' }] } });
    await until(here, () => allClosed(here, 1));
    const second = await send(here, url, { body });
    expect(second).toMatchObject({
      status: 202,
      body: { taken: [{ status: 'settled' }, { status: 'running' }] },
    });
  });

  it('answers nothing else, and has no webhook without a secret', async () => {
    const here = await scene();
    const { url } = await here.start();
    expect((await fetch(`${url}/findings`)).status).toBe(404);
    expect((await fetch(`${url}/constructor`)).status).toBe(404);
    const without = await here.start({ webhookSecrets: [] });
    expect((await fetch(`${without.url}/findings`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});
