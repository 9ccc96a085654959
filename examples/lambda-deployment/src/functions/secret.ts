import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Reads a secret. Functions do so when they start: once for every container, however many invocations it serves. */
export async function readSecret(id: string): Promise<string> {
  const { SecretString = '' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: id }),
  );
  return SecretString;
}
