import type { LockSnapshotCommandInput, LockSnapshotResult } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { required } from './not-found.js';
import { type SimulatedSnapshot, type SnapshotLock, snapshotsOf } from './snapshots.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type LockCall = SimulatedCall<LockSnapshotCommandInput>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LONGEST_DAYS = 36_500;
const LONGEST_COOL_OFF_HOURS = 72;

/** A lock taken while the snapshot is pending begins to run when that is complete. */
export function lockStart(snapshot: SimulatedSnapshot, lock: SnapshotLock): Date | undefined {
  if (snapshot.state !== 'completed') return undefined;
  return new Date(Math.max(lock.createdAt.getTime(), snapshot.endsAt.getTime()));
}

export function lockEnd(snapshot: SimulatedSnapshot, lock: SnapshotLock): Date | undefined {
  if (lock.expiresAt !== undefined) return lock.expiresAt;
  const start = lockStart(snapshot, lock);
  return start === undefined ? undefined : new Date(start.getTime() + (lock.days ?? 0) * DAY_MS);
}

/** Whether the snapshot cannot be deleted now. A lock dies with a snapshot that fails. */
export function isLocked(snapshot: SimulatedSnapshot): boolean {
  const { lock } = snapshot;
  if (lock === undefined || snapshot.state === 'error') return false;
  const end = lockEnd(snapshot, lock);
  return end === undefined || end > snapshot.region.world.now();
}

function lockState(
  snapshot: SimulatedSnapshot,
  lock: SnapshotLock,
): NonNullable<LockSnapshotResult['LockState']> {
  const now = snapshot.region.world.now();
  const end = lockEnd(snapshot, lock);
  if (end !== undefined && end <= now) return 'expired';
  if (lock.mode === 'governance') return 'governance';
  return lock.coolOffUntil !== undefined && lock.coolOffUntil > now ? 'compliance-cooloff' : 'compliance';
}

/** What is locked in compliance mode for good can only be locked for longer. */
function checkChange(call: LockCall, snapshot: SimulatedSnapshot, next: SnapshotLock): void {
  const old = snapshot.lock;
  if (old === undefined || !isLocked(snapshot) || lockState(snapshot, old) !== 'compliance') return;
  const [before, after] = [lockEnd(snapshot, old), lockEnd(snapshot, next)];
  const longer = next.mode === 'compliance' && before !== undefined && after !== undefined && after >= before;
  if (longer) return;
  throw awsError(
    'SnapshotLockedInComplianceMode',
    `The snapshot ${call.input.SnapshotId} is locked in compliance mode; its lock can only be extended.`,
  );
}

function requested(call: LockCall): SnapshotLock {
  const { LockMode: mode, LockDuration: days, ExpirationDate: expiresAt, CoolOffPeriod: hours } = call.input;
  if (mode !== 'governance' && mode !== 'compliance') {
    throw awsError('InvalidParameterValue', `Value (${mode}) for parameter LockMode is invalid.`);
  }
  if ((days === undefined) === (expiresAt === undefined)) {
    throw awsError('InvalidParameterCombination', 'Specify either LockDuration or ExpirationDate.');
  }
  if (days !== undefined && (days < 1 || days > LONGEST_DAYS)) {
    throw awsError('InvalidParameterValue', `Value (${days}) for parameter LockDuration is invalid.`);
  }
  if (expiresAt !== undefined && expiresAt.getTime() < call.world.now().getTime() + DAY_MS) {
    throw awsError('InvalidParameterValue', 'The expiration date must be at least one day from now.');
  }
  if (hours !== undefined && (mode === 'governance' || hours < 1 || hours > LONGEST_COOL_OFF_HOURS)) {
    throw awsError('InvalidParameterValue', `Value (${hours}) for parameter CoolOffPeriod is invalid.`);
  }
  const now = call.world.now();
  const coolOffUntil = hours === undefined ? undefined : new Date(now.getTime() + hours * HOUR_MS);
  return { mode, days, createdAt: now, expiresAt, coolOffUntil };
}

function describe(snapshot: SimulatedSnapshot, lock: SnapshotLock): LockSnapshotResult {
  const start = lockStart(snapshot, lock);
  const end = lockEnd(snapshot, lock);
  return {
    SnapshotId: snapshot.id,
    LockState: lockState(snapshot, lock),
    LockCreatedOn: lock.createdAt,
    ...(lock.days === undefined ? {} : { LockDuration: lock.days }),
    ...(start === undefined ? {} : { LockDurationStartTime: start }),
    ...(end === undefined ? {} : { LockExpiresOn: end }),
    ...(lock.coolOffUntil === undefined ? {} : { CoolOffPeriodExpiresOn: lock.coolOffUntil }),
  };
}

export const lockSnapshotHandlers: Handlers<Ec2, 'LockSnapshot' | 'DescribeLockedSnapshots'> = {
  LockSnapshot: (call) => {
    // A snapshot that is only shared cannot be locked: it is looked for among one's own.
    const snapshot = required(snapshotsOf(call.region), 'snap', call.input.SnapshotId);
    if (snapshot.state === 'error') {
      throw awsError('IncorrectState', `The snapshot '${snapshot.id}' is in the 'error' state.`);
    }
    const lock = requested(call);
    checkChange(call, snapshot, lock);
    snapshot.lock = lock;
    return describe(snapshot, lock);
  },

  DescribeLockedSnapshots: ({ region, input }) => {
    const ids = input.SnapshotIds ?? [];
    const own = snapshotsOf(region)
      .visible()
      .filter((one) => ids.length === 0 || ids.includes(one.id));
    return {
      Snapshots: own.flatMap((one) => {
        return one.lock === undefined ? [] : [{ OwnerId: region.account.id, ...describe(one, one.lock) }];
      }),
    };
  },
};
