import type { CreateVolumePermission, ModifySnapshotAttributeCommandInput } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import { findKey } from '../kms/keys.js';
import type { Handlers } from '../service.js';
import { required } from './not-found.js';
import { type SimulatedSnapshot, snapshotsOf } from './snapshots.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

interface Change {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

function named(permissions: readonly CreateVolumePermission[] | undefined): readonly string[] {
  return (permissions ?? []).map(({ UserId, Group }) => UserId ?? Group ?? '');
}

/** The call has two forms: lists of permissions, or one operation with ids. */
function changeOf(input: ModifySnapshotAttributeCommandInput): Change {
  const { CreateVolumePermission: lists, OperationType, UserIds = [], GroupNames = [] } = input;
  if (lists !== undefined) return { add: named(lists.Add), remove: named(lists.Remove) };
  const ids = [...UserIds, ...GroupNames];
  return OperationType === 'remove' ? { add: [], remove: ids } : { add: ids, remove: [] };
}

function checkSharing(snapshot: SimulatedSnapshot, { add }: Change): void {
  const bad = add.find((id) => id !== 'all' && !/^\d{12}$/.test(id));
  if (bad !== undefined) throw awsError('InvalidParameterValue', `Invalid user id: "${bad}"`);
  if (add.length === 0 || snapshot.kmsKeyArn === undefined) return;
  const key = findKey(snapshot.region, snapshot.kmsKeyArn);
  if (key?.manager === 'AWS') {
    throw awsError('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
  }
  if (add.includes('all'))
    throw awsError('OperationNotPermitted', 'Encrypted snapshots cannot be shared publicly');
}

function onlyPermissions(attribute: string | undefined): void {
  if (attribute === undefined || attribute === 'createVolumePermission') return;
  throw awsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`);
}

export const snapshotSharingHandlers: Handlers<Ec2, 'ModifySnapshotAttribute' | 'DescribeSnapshotAttribute'> =
  {
    ModifySnapshotAttribute: ({ region, input }) => {
      onlyPermissions(input.Attribute);
      const snapshot = required(snapshotsOf(region), 'snap', input.SnapshotId);
      const change = changeOf(input);
      checkSharing(snapshot, change);
      for (const id of change.add) snapshot.sharedWith.add(id);
      for (const id of change.remove) snapshot.sharedWith.delete(id);
      return {};
    },

    DescribeSnapshotAttribute: ({ region, input }) => {
      onlyPermissions(input.Attribute);
      const snapshot = required(snapshotsOf(region), 'snap', input.SnapshotId);
      const CreateVolumePermissions = [...snapshot.sharedWith].map((id) =>
        id === 'all' ? { Group: 'all' as const } : { UserId: id },
      );
      return { SnapshotId: snapshot.id, CreateVolumePermissions };
    },
  };
