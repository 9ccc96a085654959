import { type IncidentResult, runIncident, verifyJournal } from '@cordon/core';
import { awsSessions, type Credentials, ec2, iam } from '@cordon/core/aws';
import { VirtualClock } from '@cordon/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { REGION } from '../src/accounts.ts';
import { groupsNamed, groupsNow } from '../src/looks.ts';
import { acquisition } from '../src/pipeline.ts';
import {
  findingOf,
  type PreparedAccounts,
  prepareAccounts,
  RESPONDER,
  reachOf,
  strictMotoUrl,
} from '../src/scene.ts';
import { enforce } from '../src/strict.ts';

let accounts: PreparedAccounts;
let operator: Credentials;
let result: Extract<IncidentResult, { status: 'closed' }>;
const clock = new VirtualClock(new Date());

beforeAll(async () => {
  accounts = await prepareAccounts(strictMotoUrl());
  const pipeline = acquisition(accounts.security);
  operator = await enforce(accounts, pipeline);
  const reach = reachOf(accounts, { clock, operator });
  const ended = await runIncident(pipeline, findingOf(accounts), reach);
  if (ended.status !== 'closed') throw new Error('another incident has this suspect');
  result = ended;
}, 120_000);

const responder = (secretAccessKey = operator.secretAccessKey) =>
  awsSessions({
    clock,
    credentials: async () => ({ ...operator, secretAccessKey }),
    clientDefaults: { '*': { endpoint: accounts.endpoint } },
  }).session({
    account: accounts.suspect.account.id,
    region: REGION,
    incidentId: 'inc-20261125t0600-0123abcd',
    roleArn: `arn:aws:iam::${accounts.suspect.account.id}:role/${RESPONDER}`,
  });

describe("with no more rights than the pipeline's own policies", () => {
  it('does every step that it does with all rights', () => {
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(failed.map(({ id, reason = '' }) => `${id} ${reason.split(':')[0]}`)).toEqual([
      'disk.attach HOST_ANSWER',
    ]);
  });

  it('has the suspect in quarantine', async () => {
    const [group] = await groupsNamed(accounts.suspect.account, 'baseline-*');
    expect(Object.values(await groupsNow(accounts.suspect))).toEqual([[group?.GroupId], [group?.GroupId]]);
  });

  it('verifies journal and evidence', async () => {
    const { journal, environment } = reachOf(accounts, { clock, operator });
    const verification = await verifyJournal(journal, result.incidentId, { evidence: environment.evidence });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
  });

  it('may not do what no step declares', async () => {
    const InstanceIds = [accounts.suspect.instanceId];
    await expect(responder().call(ec2.TerminateInstances, { InstanceIds })).rejects.toMatchObject({
      code: 'AccessDenied',
      kind: 'permanent',
    });
    await expect(responder().call(iam.GetRole, { RoleName: RESPONDER })).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it('signs what it sends: with another secret nothing is answered', async () => {
    await expect(responder('another').call(ec2.DescribeInstances, {})).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      kind: 'permanent',
    });
  });
});
