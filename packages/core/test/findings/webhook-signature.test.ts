import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signWebhook, webhookProblem } from '../../src/findings/webhook-signature.js';

const SECRET = 'a secret of sixteen bytes and more';
const SENT = { timestamp: '1795145760', body: '{"findings":[]}' };
const now = new Date(1_795_145_760_000);
const signed = { ...SENT, signature: signWebhook(SECRET, SENT) };
const trust = { secrets: [SECRET], now };

describe('a webhook', () => {
  it('is believed with the secret, fresh; also while one secret replaces another', () => {
    expect(webhookProblem(signed, trust)).toBeUndefined();
    expect(webhookProblem({ ...signed, body: Buffer.from(SENT.body) }, trust)).toBeUndefined();
    expect(webhookProblem(signed, { ...trust, secrets: ['another secret of mine', SECRET] })).toBeUndefined();
  });

  it('has the HMAC of timestamp and body, as other senders make it', () => {
    // printf '1795145760.{"findings":[]}' | openssl dgst -sha256 -hmac 'a secret of sixteen bytes and more'
    expect(signed.signature).toBe('sha256=3f9592c9c99cbb44310008b5b8d9f131ed9343c62cc35a9df241da06f5253f94');
  });

  it.each([
    ['another body', { body: '{"findings":[{}]}' }, 'BAD_SIGNATURE'],
    ['a younger timestamp under the old signature', { timestamp: '1795145761' }, 'BAD_SIGNATURE'],
    ['no signature', { signature: '' }, 'BAD_SIGNATURE'],
    ['half a signature', { signature: 'sha256=abcd' }, 'BAD_SIGNATURE'],
    ['no timestamp', { timestamp: '' }, 'BAD_TIMESTAMP'],
    ['a timestamp that is none', { timestamp: '1e9' }, 'BAD_TIMESTAMP'],
  ])('is not believed with %s', (_, change, problem) => {
    expect(webhookProblem({ ...signed, ...change }, trust)).toBe(problem);
  });

  it.each([
    [300, undefined],
    [301, 'TOO_OLD'],
    [-300, undefined],
    [-301, 'TOO_OLD'],
  ])('that was recorded is no good later: %d s', (seconds, problem) => {
    const later = new Date(now.getTime() + seconds * 1000);
    expect(webhookProblem(signed, { ...trust, now: later })).toBe(problem);
  });

  it.each([[[]], [['']], [['short']], [[SECRET, '']]])('is not believed without a secret: %j', (secrets) => {
    const easy = { ...SENT, signature: signWebhook(secrets[0] ?? '', SENT) };
    expect(webhookProblem(easy, { secrets, now })).toBe('NO_SECRET');
  });

  it('is never believed with another signature, and never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.uint8Array(),
        (timestamp, signature, body) => {
          expect(webhookProblem({ timestamp, signature, body }, trust)).toBeDefined();
        },
      ),
    );
  });
});
