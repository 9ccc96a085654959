import {
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ADMINISTRATOR_ACCESS,
  addInstanceProfile,
  addManagedPolicy,
  addRole,
  createWorld,
  instanceCredentials,
  type SimulatedWorld,
  type WorldOptions,
} from '../../../src/index.js';

let world: SimulatedWorld;
const ACCOUNT = '111122223333';
function prepare(options: WorldOptions = {}) {
  world = createWorld(options);
  const account = world.account(ACCOUNT);
  const iam = new IAMClient({ region: 'us-east-1', credentials: account.credentials() });
  const role = addRole(account, { name: 'shop-frontend', policies: { app: ADMINISTRATOR_ACCESS } });
  return { account, iam, role };
}
afterEach(() => world.dispose());

const deny = (pad = 0) =>
  JSON.stringify({
    Statement: [{ Sid: 'x'.repeat(pad), Effect: 'Deny', Action: '*', Resource: '*' }],
  });

describe('role policies', () => {
  it('come back URL-encoded, and reach sessions that are already out', async () => {
    const { iam, role } = prepare();
    const stolen = new IAMClient({
      region: 'us-east-1',
      credentials: instanceCredentials(role, 'i-0f3a9c51d2b7e8460'),
    });
    const list = new ListRolePoliciesCommand({ RoleName: 'shop-frontend' });
    await stolen.send(list);
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: 'cut', PolicyDocument: deny() }),
    );
    await expect(stolen.send(list)).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const read = await iam.send(new GetRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: 'cut' }));
    expect(read.PolicyDocument).toContain('%7B');
    expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(JSON.parse(deny()));
  });

  it('give no more than the boundary of the role', async () => {
    const { account, iam } = prepare();
    const boundary = addManagedPolicy(account, 'limit', {
      Statement: [{ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }],
    });
    const role = addRole(account, { name: 'limited', policies: { all: ADMINISTRATOR_ACCESS }, boundary });
    const limited = new IAMClient({ region: 'us-east-1', credentials: instanceCredentials(role, 'i-1') });
    const { Role } = await limited.send(new GetRoleCommand({ RoleName: 'limited' }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary);
    await expect(limited.send(new ListRolePoliciesCommand({ RoleName: 'limited' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await iam.send(new ListRolePoliciesCommand({ RoleName: 'limited' }));
  });

  it('name the thief by role id and instance id', async () => {
    const { role } = prepare();
    const sts = new STSClient({ region: 'eu-west-1', credentials: instanceCredentials(role, 'i-1') });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      UserId: `${role.id}:i-1`,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/shop-frontend/i-1`,
    });
  });

  it('take effect only when they have spread', async () => {
    const { iam, role } = prepare({ visibilityLagSeconds: 30, seed: 3 });
    const stolen = new IAMClient({ region: 'us-east-1', credentials: instanceCredentials(role, 'i-1') });
    const list = new ListRolePoliciesCommand({ RoleName: 'shop-frontend' });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: 'cut', PolicyDocument: deny() }),
    );
    await stolen.send(list);
    await world.clock.advance(30_000);
    await expect(stolen.send(list)).rejects.toMatchObject({ name: 'AccessDenied' });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: 'cut' }));
    await expect(stolen.send(list)).rejects.toMatchObject({ name: 'AccessDenied' });
    await world.clock.advance(30_000);
    await stolen.send(list);
  });

  it('fill up at 10,240 characters together', async () => {
    const { iam } = prepare();
    const put = (name: string, pad: number) =>
      iam.send(
        new PutRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: name, PolicyDocument: deny(pad) }),
      );
    await put('one', 6_000);
    await expect(put('two', 6_000)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Maximum policy size of 10240 bytes exceeded for role shop-frontend',
    });
    await put('one', 9_000);
  });

  it("refuse broken documents, unknown names and roles that are AWS's", async () => {
    const { iam, account } = prepare();
    addRole(account, {
      name: 'AWSServiceRoleForAutoScaling',
      path: '/aws-service-role/autoscaling.amazonaws.com/',
    });
    const put = (RoleName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'cut', PolicyDocument }));
    await expect(put('shop-frontend', '{')).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await expect(put('nobody', deny())).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(put('AWSServiceRoleForAutoScaling', deny())).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
    });
    const gone = iam.send(new DeleteRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: 'cut' }));
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('are listed in pages', async () => {
    const { iam } = prepare({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd']) {
      await iam.send(
        new PutRolePolicyCommand({ RoleName: 'shop-frontend', PolicyName: name, PolicyDocument: deny() }),
      );
    }
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(new ListRolePoliciesCommand({ RoleName: 'shop-frontend', Marker }));
      names.push(...(page.PolicyNames ?? []));
      Marker = page.Marker;
    } while (Marker !== undefined);
    expect(names).toEqual(['a', 'app', 'b', 'c', 'd']);
  });
});

describe('instance profiles', () => {
  it("have a name that is not the role's", async () => {
    const { iam, account } = prepare();
    addInstanceProfile(account, { name: 'web', path: '/shop/', roleName: 'shop-frontend' });
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'web' }));
    expect(InstanceProfile?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:instance-profile/shop/web`);
    expect(InstanceProfile?.Roles?.map((role) => role.RoleName)).toEqual(['shop-frontend']);
    await expect(
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'shop-frontend' })),
    ).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'Instance Profile shop-frontend cannot be found.',
    });
  });
});

describe('SimulatePrincipalPolicy', () => {
  it('decides as the services do and names the keys it lacks', async () => {
    const { iam, role } = prepare({ pageSize: 5 });
    const conditional = {
      Effect: 'Deny',
      Action: 'ec2:*',
      Resource: '*',
      Condition: { StringLike: { 'aws:SourceVpc': 'vpc-1' } },
    };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: 'c',
        PolicyDocument: JSON.stringify({ Statement: [conditional] }),
      }),
    );
    const ask = (...ContextKeyValues: string[]) =>
      iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: role.arn,
          ActionNames: ['ec2:RunInstances'],
          ContextEntries:
            ContextKeyValues.length === 0
              ? []
              : [{ ContextKeyName: 'aws:SourceVpc', ContextKeyType: 'string', ContextKeyValues }],
        }),
      );
    expect((await ask()).EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', MissingContextValues: ['aws:SourceVpc'] },
    ]);
    expect((await ask('vpc-1')).EvaluationResults).toMatchObject([
      { EvalDecision: 'explicitDeny', MissingContextValues: [] },
    ]);
  });
});
