// Behind a function URL: where a person answers what a guard asks, by a link that was signed for them.

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { approvalHandler } from '@cordon/adapters-lambda/lambda';
import * as v from 'valibot';
import { runtime } from './environment.ts';

const { APPROVAL_SECRET } = v.parse(v.object({ APPROVAL_SECRET: v.string() }), process.env);

async function signingSecret(): Promise<string> {
  const { SecretString = '' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: APPROVAL_SECRET }),
  );
  return SecretString;
}

const secret = await signingSecret();

export const handler = approvalHandler({
  journal: runtime().deployment.journal,
  secrets: [secret],
});
