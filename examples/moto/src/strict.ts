import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { type PolicyDocument, policies } from '@cordon/adapters-lambda';
import type { AnyPipeline } from '@cordon/core';
import type { Credentials } from '@cordon/core/aws';
import { type PlainAccount, REGION } from './accounts.ts';
import { present } from './present.ts';
import { FORENSICS, type PreparedAccounts, RESPONDER } from './scene.ts';
import { IMAGE_PARAMETER } from './security.ts';

const allow = (Action: string, Resource: string | readonly string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

/**
 * moto takes a condition that it cannot judge for a denial, and knows few resources: it holds everybody to the actions.
 * What the conditions keep out, the simulation shows.
 */
function actionsOnly({ Version, Statement }: PolicyDocument): string {
  const allowed = Statement.filter(({ Effect }) => Effect === 'Allow');
  return JSON.stringify({
    Version,
    Statement: allowed.map(({ Sid, Effect, Action }) => ({ Sid, Effect, Action, Resource: '*' })),
  });
}

async function addRole({ iam }: PlainAccount, RoleName: string, PolicyDocument: string): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
}

async function addOperator({ iam }: PlainAccount, mayWear: readonly string[]): Promise<Credentials> {
  const UserName = 'operator';
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = allow('sts:AssumeRole', mayWear);
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'wear', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId, SecretAccessKey } = present(AccessKey, 'access key');
  return { accessKeyId: present(AccessKeyId, 'key id'), secretAccessKey: present(SecretAccessKey, 'secret') };
}

async function checkFromNowOn(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  if (!answer.ok) throw new Error(`moto does not look at policies: ${answer.status}`);
}

/** Gives the two roles what the pipeline's policies say, and has moto hold everybody to it. Returns the operator's key. */
export async function enforce(accounts: PreparedAccounts, pipeline: AnyPipeline): Promise<Credentials> {
  const { endpoint, suspect, security } = accounts;
  const documents = policies(pipeline, {
    region: REGION,
    securityAccount: security.account.id,
    buckets: [security.bucket],
    parameters: [IMAGE_PARAMETER],
  });
  // Who prepares and looks wears this role already.
  for (const { account } of [suspect, security]) await addRole(account, 'Administrator', allow('*', '*'));
  await addRole(suspect.account, RESPONDER, actionsOnly(documents.suspect));
  await addRole(security.account, FORENSICS, actionsOnly(documents.security));
  const operator = await addOperator(security.account, [
    `arn:aws:iam::${suspect.account.id}:role/${RESPONDER}`,
    `arn:aws:iam::${security.account.id}:role/${FORENSICS}`,
  ]);
  await checkFromNowOn(endpoint);
  return operator;
}
