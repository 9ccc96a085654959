import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR_ACCESS, addInstanceProfile, addRole, type WorldOptions } from '../../../src/index.js';
import { INSTANCE, REGION, SUSPECT_ACCOUNT, scene } from './scene.js';

function prepare(options: WorldOptions = {}) {
  const profileArn = `arn:aws:iam::${SUSPECT_ACCOUNT}:instance-profile/web/shop-frontend`;
  const all = scene(options, { profileArn });
  const account = all.region.account;
  addRole(account, { name: 'shop-frontend' });
  addRole(account, { name: 'nothing' });
  addInstanceProfile(account, { name: 'shop-frontend', path: '/web/', roleName: 'shop-frontend' });
  addInstanceProfile(account, { name: 'empty', roleName: 'nothing' });
  return { ...all, account, profileArn };
}

const current = async (ec2: EC2Client) => {
  const Filters = [{ Name: 'instance-id', Values: [INSTANCE] }];
  return (
    (await ec2.send(new DescribeIamInstanceProfileAssociationsCommand({ Filters })))
      .IamInstanceProfileAssociations ?? []
  );
};
const associate = (ec2: EC2Client, Name = 'empty') =>
  ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: INSTANCE, IamInstanceProfile: { Name } }));

describe('profile associations', () => {
  it('are replaced in one call', async () => {
    const { ec2, world, profileArn } = prepare();
    const [old] = await current(ec2);
    expect(old?.IamInstanceProfile?.Arn).toBe(profileArn);
    const AssociationId = old?.AssociationId ?? '';
    await ec2.send(
      new ReplaceIamInstanceProfileAssociationCommand({
        AssociationId,
        IamInstanceProfile: { Name: 'empty' },
      }),
    );
    await world.clock.advance(5_000);
    expect(await current(ec2)).toMatchObject([
      { State: 'associated', IamInstanceProfile: { Arn: expect.stringContaining('/empty') } },
    ]);
  });

  it('are in the way of the next while they end', async () => {
    const { ec2, world } = prepare();
    const [old] = await current(ec2);
    await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: old?.AssociationId }));
    await expect(associate(ec2)).rejects.toMatchObject({
      name: 'IncorrectState',
      message: `There is an existing association for instance ${INSTANCE}`,
    });
    await world.clock.advance(5_000);
    await associate(ec2);
  });

  it('need a profile that IAM has spread', async () => {
    const { ec2, world, account } = prepare();
    const [old] = await current(ec2);
    await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: old?.AssociationId }));
    await world.clock.advance(5_000);
    addInstanceProfile(account, { name: 'fresh', fresh: 'fresh' });
    await expect(associate(ec2, 'fresh')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await world.clock.advance(10_000);
    await associate(ec2, 'fresh');
  });

  it('need the right to pass the role', async () => {
    const { world } = prepare();
    const noPass = {
      Statement: [
        {
          Effect: 'Deny' as const,
          Action: 'iam:PassRole',
          Resource: `arn:aws:iam::${SUSPECT_ACCOUNT}:role/nothing`,
        },
      ],
    };
    const credentials = world.account(SUSPECT_ACCOUNT).credentials([ADMINISTRATOR_ACCESS, noPass]);
    await expect(associate(new EC2Client({ region: REGION, credentials }))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining('iam:PassRole'),
    });
  });
});
