import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const GIVEN = {
  CORDON_SECURITY_ACCOUNT: '999900001111',
  CORDON_REGION: 'eu-west-1',
  CORDON_EVIDENCE_BUCKET: 'acme-evidence',
  CORDON_STAGING_BUCKET: 'acme-staging',
  CORDON_KMS_KEY_ARN: 'arn:aws:kms:eu-west-1:999900001111:key/1',
  CORDON_EXTERNAL_ID: 'acme',
  CORDON_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/999900001111/findings',
};

describe("the service's configuration", () => {
  it('fills in what is not told', () => {
    expect(readConfig(GIVEN)).toMatchObject({
      CORDON_RESPONDER_ROLE: 'CordonResponder',
      CORDON_MOST_INCIDENTS: 50,
      CORDON_MINIMUM_SEVERITY: 7,
      CORDON_PORT: 8080,
    });
  });

  it('names everything that is wrong, and shows no secret', () => {
    const wrong = { ...GIVEN, CORDON_REGION: 'Europe', CORDON_WEBHOOK_SECRETS: 'hunter2', CORDON_PORT: 'x' };
    const read = () => readConfig({ ...wrong, CORDON_EXTERNAL_ID: undefined });
    expect(read).toThrow(/CORDON_REGION: a region/);
    expect(read).toThrow(/CORDON_EXTERNAL_ID: expected/);
    expect(read).toThrow(/CORDON_WEBHOOK_SECRETS\.0: sixteen characters or more/);
    expect(read).toThrow(/CORDON_PORT/);
    expect(read).not.toThrow(/hunter2/);
  });

  it('refuses a process to which no finding would ever come', () => {
    const { CORDON_QUEUE_URL: _, ...without } = GIVEN;
    expect(() => readConfig(without)).toThrow(/no finding would ever come/);
    const CORDON_WEBHOOK_SECRETS = 'one secret of enough characters,another of enough characters';
    expect(readConfig({ ...without, CORDON_WEBHOOK_SECRETS }).CORDON_WEBHOOK_SECRETS).toHaveLength(2);
  });
});
