import { describe, expect, it } from 'vitest';
import { lockFields, type Retention } from '../../src/evidence/retention.js';
import { manualClock } from '../journal/manual-clock.js';

const clock = manualClock();
const until = new Date(clock.now().getTime() + 30 * 86_400_000);

describe('the lock of what is stored', () => {
  it('is governance unless compliance is asked for by name', () => {
    expect(lockFields({ for: { days: 30 } }, clock)).toEqual({
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: until,
    });
    expect(lockFields({ for: { days: 30 }, mode: 'COMPLIANCE' }, clock)).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
    });
    // @ts-expect-error Nobody gets compliance, which no one can lift, by a slip.
    const slip: Retention = { for: { days: 30 }, mode: true };
    expect(slip).toBeDefined();
  });

  it('holds for good where a legal hold is asked for', () => {
    expect(lockFields({ for: { days: 30 } }, clock)).not.toHaveProperty('ObjectLockLegalHoldStatus');
    expect(lockFields({ for: { days: 30 }, legalHold: 'ON' }, clock)).toMatchObject({
      ObjectLockLegalHoldStatus: 'ON',
    });
  });

  it('is what the bucket has where no retention is given', () => {
    expect(lockFields(undefined, clock)).toEqual({});
  });
});
