import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  type CreateSnapshotCommandInput,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { type PlainAccount, REGION } from '../accounts.ts';
import { present } from '../present.ts';
import { type Accounts, isUnknown, type Lack, refusal, textOf } from './lack.ts';

const ZONE = `${REGION}a`;

async function aSnapshot({ ec2 }: PlainAccount): Promise<string> {
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: ZONE }));
  const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  return present(SnapshotId, 'snapshot');
}

async function sharedWith({ ec2 }: PlainAccount, snapshotId: string): Promise<readonly string[]> {
  const answer = await ec2.send(
    new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: 'createVolumePermission' }),
  );
  return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId }) => UserId ?? []);
}

/** What AWS would check: that the suspect's account has let the security account in. Tells the size. */
async function sizeOfShared({ suspect, security }: Accounts, snapshotId: string): Promise<number> {
  if (!(await sharedWith(suspect, snapshotId)).includes(security.id))
    throw refusal('InvalidSnapshot.NotFound', `${snapshotId} is not shared with ${security.id}`);
  const seen = await suspect.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }));
  return present(seen.Snapshots?.[0]?.VolumeSize, 'size of the snapshot');
}

const LOCK: Lack = {
  operation: 'ec2:LockSnapshot',
  lacks: 'the call',
  instead: 'answers that the snapshot is locked, when moto has it',
  async answer({ accounts, role, input }) {
    const SnapshotId = textOf(input, 'SnapshotId');
    await accounts[role].ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
    return { SnapshotId, LockState: 'governance' };
  },
  isLacking: ({ security: { ec2 } }) =>
    isUnknown(
      ec2.send(
        new LockSnapshotCommand({
          SnapshotId: 'snap-0123456789abcdef0',
          LockMode: 'governance',
          LockDuration: 1,
        }),
      ),
    ),
};

const SHARE: Lack = {
  operation: 'ec2:ModifySnapshotAttribute',
  lacks: 'the form with CreateVolumePermission: it says yes and does nothing',
  instead: 'sends the same in the older form, with OperationType and UserIds',
  async answer({ accounts, role, input }) {
    const { CreateVolumePermission: change, ...rest } = input as ModifySnapshotAttributeCommandInput; // as the operation's id says
    const UserIds = (change?.Add ?? []).flatMap(({ UserId }) => UserId ?? []);
    const older = { ...rest, OperationType: 'add' as const, UserIds };
    return accounts[role].ec2.send(new ModifySnapshotAttributeCommand(older));
  },
  async isLacking({ security }) {
    const SnapshotId = await aSnapshot(security);
    await security.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add: [{ UserId: '111122223333' }] },
      }),
    );
    return (await sharedWith(security, SnapshotId)).length === 0;
  },
};

const COPY: Lack = {
  operation: 'ec2:CopySnapshot',
  role: 'security',
  lacks: 'snapshots that another account shares',
  instead:
    'when moto has it shared, snapshots an empty volume of its size, with the tags that were asked for',
  async answer({ accounts, input }) {
    const { ec2 } = accounts.security;
    const Size = await sizeOfShared(accounts, textOf(input, 'SourceSnapshotId'));
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ Size, AvailabilityZone: ZONE }));
    const { TagSpecifications, Description } = input as CreateSnapshotCommandInput; // CopySnapshot's are the same
    return ec2.send(new CreateSnapshotCommand({ VolumeId, TagSpecifications, Description }));
  },
  isLacking: async (accounts) => {
    const SourceSnapshotId = await aShared(accounts);
    const copy = new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId });
    return isRefused(accounts.security.ec2.send(copy));
  },
};

async function aShared({ suspect, security }: Accounts): Promise<string> {
  const SnapshotId = await aSnapshot(suspect);
  const share = { SnapshotId, OperationType: 'add' as const, UserIds: [security.id] };
  await suspect.ec2.send(new ModifySnapshotAttributeCommand(share));
  return SnapshotId;
}

async function isRefused(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => false,
    (error: Error) => error.name === 'InvalidSnapshot.NotFound',
  );
}

/** What was answered under a client token, as EC2 remembers it. */
const answers = new Map<string, Promise<object>>();

function once(token: string | undefined, make: () => Promise<object>): Promise<object> {
  if (token === undefined) return make();
  const known = answers.get(token) ?? make();
  answers.set(token, known);
  return known;
}

const VOLUME: Lack = {
  operation: 'ec2:CreateVolume',
  role: 'security',
  lacks: 'snapshots that another account shares, and client tokens',
  instead:
    'when moto has it shared, makes an empty volume of its size, with all else that was asked for, once a token',
  async answer({ accounts, input }) {
    const { SnapshotId = '', ...rest } = input as CreateVolumeCommandInput; // as the operation's id says
    const Size = await sizeOfShared(accounts, SnapshotId);
    return once(rest.ClientToken, () =>
      accounts.security.ec2.send(new CreateVolumeCommand({ ...rest, Size })),
    );
  },
  isLacking: async (accounts) => {
    const SnapshotId = await aShared(accounts);
    const volume = new CreateVolumeCommand({ SnapshotId, AvailabilityZone: ZONE });
    return isRefused(accounts.security.ec2.send(volume));
  },
};

const VOLUME_TOKENS: Lack = {
  operation: 'ec2:CreateVolume with a client token',
  lacks: 'idempotency: every call makes another',
  instead: 'see ec2:CreateVolume',
  async isLacking({ security: { ec2 } }) {
    const make = () =>
      ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: ZONE, ClientToken: 'once' }));
    const { VolumeId: first } = await make();
    return (await make()).VolumeId !== first;
  },
};

export const SNAPSHOT_LACKS: readonly Lack[] = [LOCK, SHARE, COPY, VOLUME, VOLUME_TOKENS];
