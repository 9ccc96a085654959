import { createHmac } from 'node:crypto';
import { beginIncident, defineStep, IncidentPipeline, openQuestions, stepWorker } from '@cordon/core';
import { approvalGuard, askInJournal } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { engineWorld, FINDING } from '../../../core/test/host/world.js';
import { approvalHandler } from '../../src/lambda/approval-handler.js';
import { type ApprovalToken, approvalLink, signApproval } from '../../src/lambda/approval-token.js';

const SECRET = 's'.repeat(32);
const SLACK = 'slack-signing-secret';
const ADDRESS = 'https://abc.lambda-url.eu-west-1.on.aws/';

const isolate = defineStep({
  id: 'isolate',
  title: 'Isolates',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});

/** An incident whose guard asks a person. */
async function asked() {
  const { journal, environment, clock } = engineWorld();
  const guard = approvalGuard({ ask: askInJournal(journal), deadline: { hours: 1 }, onExpiry: 'refuse' });
  const pipeline = IncidentPipeline.create('t').use(guard).use(isolate);
  const begun = await beginIncident(pipeline, FINDING, { journal, environment });
  if (begun.do !== 'start') throw new Error('not begun');
  const { incidentId } = begun;
  const worker = stepWorker(pipeline, { journal, environment });
  const order = { incident: incidentId, step: guard.id };
  await worker.act(order);
  const read = async () => (await journal.visit(incidentId)).read();
  const [question] = openQuestions(await read());
  if (question === undefined) throw new Error('nobody is asked');
  const { step, requestId, expiresAt } = question;
  const slack = { signingSecrets: [SLACK], approvers: ['U024BE7LH'] };
  const endpoint = approvalHandler({ journal, clock, secrets: [SECRET], slack });
  const settle = async () => {
    await clock.advance(60_000);
    return worker.act(order);
  };
  const verdict = async () => {
    const said = (await read()).find(({ ledger, kind }) => ledger === guard.id && kind === 'succeeded');
    return said?.kind === 'succeeded' ? said.body.verdict : undefined;
  };
  return { token: { incidentId, step, requestId, expiresAt }, endpoint, settle, verdict, clock };
}

function http(method: string, query = '', body = '', headers = {}) {
  return {
    requestContext: { http: { method } },
    rawQueryString: query,
    headers,
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

/** What stands in the link that was made for this person. */
function linked(token: ApprovalToken, by = 'ada@example.com'): string {
  const link = approvalLink({ url: ADDRESS, secret: SECRET, by }, token);
  return new URL(link).searchParams.get('token') ?? '';
}

const post = (token: string, decision: string) =>
  http('POST', '', new URLSearchParams({ token, decision }).toString());

interface Press {
  readonly user?: string;
  readonly secret?: string;
  readonly ageSeconds?: number;
}

function pressed({ token, clock }: Awaited<ReturnType<typeof asked>>, press: Press = {}) {
  const { user = 'U024BE7LH', secret = SLACK, ageSeconds = 0 } = press;
  const payload = JSON.stringify({
    type: 'block_actions',
    user: { id: user, username: 'ada' },
    actions: [{ action_id: 'cordon-approve', value: signApproval(SECRET, token) }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const timestamp = String(Math.floor(clock.now().getTime() / 1000) - ageSeconds);
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${hmac}` };
  return http('POST', '', body, headers);
}

describe('an approval by a link', () => {
  it('asks whoever opens it, and answers when a button is pressed', async () => {
    const { token, endpoint, settle, verdict } = await asked();
    const signed = linked(token);
    const opened = await endpoint(http('GET', `token=${signed}`));
    expect(opened.statusCode).toBe(200);
    expect(opened.body).toContain('ada@example.com');
    expect(await settle()).toMatchObject({ status: 'waiting' });
    expect(await endpoint(post(signed, 'yes'))).toMatchObject({ statusCode: 200 });
    expect(await settle()).toMatchObject({ status: 'settled' });
    expect(await verdict()).toMatchObject({ allow: true, by: 'ada@example.com' });
  });

  it('counts once, and a no is a no', async () => {
    const { token, endpoint, settle, verdict } = await asked();
    expect(await endpoint(post(linked(token), 'no'))).toMatchObject({ statusCode: 200 });
    expect(await endpoint(post(linked(token), 'yes'))).toMatchObject({ statusCode: 410 });
    await settle();
    expect(await verdict()).toMatchObject({ allow: false, by: 'ada@example.com' });
  });

  it('is for one question of one plan, and for its time', async () => {
    const { token, endpoint, settle, verdict, clock } = await asked();
    for (const other of [{ requestId: '0'.repeat(32) }, { step: 'guard.other' }])
      expect(await endpoint(post(linked({ ...token, ...other }), 'yes'))).toMatchObject({ statusCode: 410 });
    await clock.advance(3_600_000);
    expect(await endpoint(post(linked(token), 'yes'))).toMatchObject({ statusCode: 410 });
    await settle();
    expect(await verdict()).toMatchObject({ allow: false });
  });

  it('is refused when it was not signed by us, or was changed', async () => {
    const { token, endpoint, settle } = await asked();
    const [text = '', signature = ''] = linked(token).split('.');
    const eve = Buffer.from(text, 'base64url').toString().replace('ada@', 'eve@');
    const forged = [
      `${Buffer.from(eve).toString('base64url')}.${signature}`,
      `${text}.`,
      text,
      '',
      `${text}.${signature}.x`,
      signApproval('x'.repeat(32), { ...token, by: 'eve' }),
      // A button's token names nobody: it is no link.
      signApproval(SECRET, token),
    ];
    for (const one of forged) expect(await endpoint(post(one, 'yes'))).toMatchObject({ statusCode: 403 });
    expect(await settle()).toMatchObject({ status: 'waiting' });
  });

  it('shows what names say as text', async () => {
    const { token, endpoint } = await asked();
    const signed = linked(token, '<script>alert(1)</script>');
    const { body, headers } = await endpoint(http('GET', `token=${signed}`));
    expect(body).not.toContain('<script>');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('takes nothing else for a request, and no weak secret', async () => {
    const { token, endpoint } = await asked();
    expect(await endpoint({})).toMatchObject({ statusCode: 400 });
    expect(await endpoint(http('PUT'))).toMatchObject({ statusCode: 405 });
    expect(() => signApproval('short', token)).toThrow(/32 bytes/);
  });
});

describe('an approval by a button in Slack', () => {
  it('answers in the name of who pressed it', async () => {
    const one = await asked();
    expect(await one.endpoint(pressed(one))).toMatchObject({
      statusCode: 200,
      body: 'Answered: contain it.',
    });
    await one.settle();
    expect(await one.verdict()).toMatchObject({ allow: true, by: 'slack:U024BE7LH (ada)' });
  });

  it('is refused from others than Slack, late, and from people who may not', async () => {
    const one = await asked();
    expect(await one.endpoint(pressed(one, { secret: 'another' }))).toMatchObject({ statusCode: 403 });
    expect(await one.endpoint(pressed(one, { ageSeconds: 301 }))).toMatchObject({ statusCode: 403 });
    const refused = { body: 'You may not answer this.' };
    expect(await one.endpoint(pressed(one, { user: 'U666' }))).toMatchObject(refused);
    expect(await one.settle()).toMatchObject({ status: 'waiting' });
  });
});
