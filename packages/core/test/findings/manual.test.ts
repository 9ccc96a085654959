import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FindingSchema } from '../../src/engine/finding.js';
import { manualFinding } from '../../src/findings/manual.js';

const GOOD = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  reason: 'Analyst saw it beacon',
};

describe('a manual finding', () => {
  it('is a finding like any other, with the reason as its text', () => {
    const finding = manualFinding(GOOD);
    expect(v.parse(FindingSchema, finding)).toEqual(finding);
    expect(finding).toMatchObject({ source: 'manual', title: 'Analyst saw it beacon', band: 'high' });
  });

  it('is the same when it is said again', () => {
    expect(manualFinding(GOOD).id).toBe(manualFinding({ ...GOOD }).id);
    expect(manualFinding(GOOD).id).not.toBe(manualFinding({ ...GOOD, reason: 'other' }).id);
  });

  it.each([
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['ap-southeast-2', 'aws'],
  ])('knows the partition of %s', (region, partition) => {
    expect(manualFinding({ ...GOOD, region }).suspect.partition).toBe(partition);
  });

  it.each([
    [{ instanceId: 'i-1; reboot' }, 'instanceId: "i-1; reboot" is not well-formed'],
    [{ account: '1234' }, 'account: "1234" is not well-formed'],
    [{ region: 'Ireland' }, 'region: "Ireland" is not well-formed'],
    [{ reason: '  ' }, 'a manual finding needs a reason'],
  ])('refuses %j', (wrong, message) => {
    expect(() => manualFinding({ ...GOOD, ...wrong })).toThrow(message);
  });
});
