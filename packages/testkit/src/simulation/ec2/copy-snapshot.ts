import type { CopySnapshotCommandInput } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import { callerMayUse, findKey, READ_UNDER_KEY, type SimulatedKey, WRITE_UNDER_KEY } from '../kms/keys.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { defaultEbsKey } from './ebs-defaults.js';
import { makeSnapshot } from './make-snapshot.js';
import { idError } from './not-found.js';
import { tagList } from './resource.js';
import { findSnapshot, type SimulatedSnapshot, snapshotsOf } from './snapshots.js';
import { specifiedTags } from './tag-specifications.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type CopyCall = SimulatedCall<CopySnapshotCommandInput>;

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html */
const MOST_AT_ONCE = 20;
const ARBITRARY_VOLUME = 'vol-ffffffff';
const SHORTEST_MINUTES = 15;
const LONGEST_MINUTES = 2_880;

/** Says itself only minutes later, as the state of the copy. */
const KEY_NOT_ACCESSIBLE = 'Given key ID is not accessible';

function source(call: CopyCall): SimulatedSnapshot {
  const { SourceRegion = call.region.name, SourceSnapshotId: id = '' } = call.input;
  const snapshot = findSnapshot(call.account.region(SourceRegion), id);
  if (snapshot === undefined) throw idError('snap', id);
  if (snapshot.state === 'completed') return snapshot;
  throw awsError('IncorrectState', `The snapshot '${id}' is not in the 'completed' state.`);
}

function checkRoom(call: CopyCall): void {
  const copying = snapshotsOf(call.region)
    .all()
    .filter((snapshot) => snapshot.copiedFrom !== undefined && snapshot.state === 'pending');
  if (copying.length < MOST_AT_ONCE) return;
  throw awsError(
    'ResourceLimitExceeded',
    `Too many snapshot copies in progress. The limit is ${MOST_AT_ONCE} for this destination region.`,
  );
}

interface Encryption {
  readonly kmsKeyArn?: string;
  readonly fails?: string;
}

function under(call: CopyCall, key: SimulatedKey | undefined, name: string): Encryption {
  const usable =
    key !== undefined && key.usage === 'ENCRYPT_DECRYPT' && callerMayUse(call, key, WRITE_UNDER_KEY);
  if (usable && key.region.name === call.region.name) return { kmsKeyArn: key.arn };
  return { kmsKeyArn: key?.arn ?? name, fails: KEY_NOT_ACCESSIBLE };
}

/** Which key the copy lies under, and whether EBS will find itself unable to use one of the two. */
function encryption(call: CopyCall, from: SimulatedSnapshot): Encryption {
  const { Encrypted, KmsKeyId } = call.input;
  if (KmsKeyId !== undefined && Encrypted === false) {
    throw awsError(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  }
  if (from.kmsKeyArn !== undefined) {
    const key = findKey(call.region, from.kmsKeyArn);
    if (key === undefined || !callerMayUse(call, key, READ_UNDER_KEY)) return { fails: KEY_NOT_ACCESSIBLE };
  }
  const encrypted = from.kmsKeyArn !== undefined || Encrypted === true || KmsKeyId !== undefined;
  if (!encrypted) return {};
  const wanted = KmsKeyId ?? defaultEbsKey(call.region).arn;
  return under(call, findKey(call.region, wanted), wanted);
}

function bound(call: CopyCall): { boundMinutes?: number } {
  const minutes = call.input.CompletionDurationMinutes;
  if (minutes === undefined) return {};
  if (minutes < SHORTEST_MINUTES || minutes > LONGEST_MINUTES || minutes % SHORTEST_MINUTES !== 0) {
    throw awsError(
      'InvalidParameterValue',
      `Value (${minutes}) for parameter completionDurationMinutes is invalid. It must be a multiple of 15 from 15 to 2880.`,
    );
  }
  return { boundMinutes: minutes };
}

export const copySnapshotHandlers: Handlers<Ec2, 'CopySnapshot'> = {
  CopySnapshot: (call) => {
    const from = source(call);
    checkRoom(call);
    const copy = makeSnapshot(call.region, {
      kmsKeyArn: undefined,
      ...encryption(call, from),
      ...bound(call),
      volumeId: ARBITRARY_VOLUME,
      sizeGiB: from.sizeGiB,
      description: call.input.Description ?? '',
      content: from.content,
      copiedFrom: from.id,
      tags: specifiedTags(call.input.TagSpecifications, 'snapshot'),
    });
    return { SnapshotId: copy.id, Tags: tagList(copy) };
  },
};
