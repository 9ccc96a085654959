import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snsProblem } from '../../src/findings/sns-signature.js';

interface Recorded {
  /** Its key signed the messages, and is gone. */
  readonly certificate: string;
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/sns-messages.json', import.meta.url), 'utf8'),
) as Recorded; // Written beside this test.

const SENT = new Date('2026-12-01T03:36:00Z');
const message = recorded.messages['version 2'] ?? {};

function asked(pem = recorded.certificate) {
  const urls: string[] = [];
  const trust = {
    topicArns: ['arn:aws:sns:eu-west-1:999900001111:findings'],
    now: SENT,
    fetchCertificate: async (url: string) => {
      urls.push(url);
      return pem;
    },
  };
  return { trust, urls };
}

describe('a message of SNS', () => {
  it.each(Object.keys(recorded.messages))('is believed when SNS has signed it: %s', async (name) => {
    expect(await snsProblem(recorded.messages[name], asked().trust)).toBeUndefined();
  });

  it.each(['Message', 'MessageId', 'Timestamp'])('is not believed when its %s was changed', async (field) => {
    const changed = field === 'Timestamp' ? '2026-12-01T03:36:00.001Z' : '{"findings":[{}]}';
    expect(await snsProblem({ ...message, [field]: changed }, asked().trust)).toBe('BAD_SIGNATURE');
  });

  it('is not believed when a signed field was added or the version of the signature exchanged', async () => {
    expect(await snsProblem({ ...message, Subject: 'x' }, asked().trust)).toBe('BAD_SIGNATURE');
    expect(await snsProblem({ ...message, SignatureVersion: '1' }, asked().trust)).toBe('BAD_SIGNATURE');
  });

  it.each([
    'https://sns.eu-west-1.amazonaws.com.attacker.example/SimpleNotificationService-0.pem',
    'https://attacker.example/SimpleNotificationService-0.pem',
    'https://sns.eu-west-1.amazonaws.com@attacker.example/SimpleNotificationService-0.pem',
    'https://user:pass@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.eu-west-1.amazonaws.com/other/SimpleNotificationService-0.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem?x=1',
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
    'not a url',
  ])('never has its certificate fetched from elsewhere: %s', async (SigningCertURL) => {
    const { trust, urls } = asked();
    expect(await snsProblem({ ...message, SigningCertURL }, trust)).toBe('BAD_CERTIFICATE_URL');
    expect(urls).toEqual([]);
  });

  it("is not believed from somebody else's topic, though SNS signs that too", async () => {
    const { trust, urls } = asked();
    const topicArns = ['arn:aws:sns:eu-west-1:999900001111:other'];
    expect(await snsProblem(message, { ...trust, topicArns })).toBe('UNKNOWN_TOPIC');
    expect(urls).toEqual([]);
  });

  it.each([
    ['an hour and a second later', '2026-12-01T04:36:01Z', 'TOO_OLD'],
    ['an hour later', '2026-12-01T04:36:00Z', undefined],
    ['long before it was sent', '2026-12-01T03:30:59Z', 'TOO_OLD'],
    ['when the certificate has run out', '2127-01-01T00:00:00Z', 'BAD_CERTIFICATE'],
  ])('is judged by its age: %s', async (_, now, problem) => {
    expect(await snsProblem(message, { ...asked().trust, now: new Date(now) })).toBe(problem);
  });

  it('is not believed without a certificate', async () => {
    expect(await snsProblem(message, asked('no certificate').trust)).toBe('BAD_CERTIFICATE');
    const fetchCertificate = () => Promise.reject(new Error('no network'));
    expect(await snsProblem(message, { ...asked().trust, fetchCertificate })).toBe('NO_CERTIFICATE');
  });

  it('never throws, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.object(),
        fc.constantFrom(...Object.keys(message)),
        fc.anything(),
        async (other, field, value) => {
          expect(await snsProblem(other, asked().trust)).toBe('NOT_SNS');
          if (value !== message[field])
            expect(await snsProblem({ ...message, [field]: value }, asked().trust)).toBeDefined();
        },
      ),
      { numRuns: 200 },
    );
  });
});
