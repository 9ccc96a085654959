import { describe, expect, it } from 'vitest';
import { exemptionGuard } from '../../../src/steps/guards/exemption-guard.js';
import { sampleGuard } from '../../../src/steps/guards/sample-guard.js';
import { NO, verdictOf, YES } from '../world/guard-verdict.js';
import { FINDING, INSTANCE, suspectWorld } from '../world/suspect-world.js';

describe('the sample guard', () => {
  it('lets a real finding pass and stops a sample', async () => {
    expect(await verdictOf(sampleGuard(), suspectWorld())).toEqual(YES);
    const finding = { ...FINDING, sample: true };
    expect(await verdictOf(sampleGuard(), suspectWorld(), { finding })).toEqual(NO);
  });

  it('knows the instance of sample findings, whatever the flag says', async () => {
    const finding = { ...FINDING, suspect: { ...FINDING.suspect, instanceId: 'i-99999999' } };
    expect(await verdictOf(sampleGuard(), suspectWorld(), { finding })).toEqual(NO);
  });
});

describe('the exemption guard', () => {
  it.each([
    [{ instances: [INSTANCE] }],
    [{ accounts: ['111122223333'] }],
    [{ arns: [`arn:aws:ec2:eu-west-1:111122223333:instance/${INSTANCE}`] }],
    [{ arns: ['arn:aws:ec2:eu-west-1:111122223333:*'] }],
  ])('stops at %j', async (exemptions) => {
    expect(await verdictOf(exemptionGuard(exemptions), suspectWorld())).toEqual(NO);
  });

  it.each([
    [{}],
    [{ instances: [`${INSTANCE}0`] }],
    [{ arns: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0f3a'] }],
    [{ arns: ['arn:aws:ec2:us-east-1:*'] }],
  ])('lets pass what %j does not name', async (exemptions) => {
    expect(await verdictOf(exemptionGuard(exemptions), suspectWorld())).toEqual(YES);
  });

  it('takes no exemption from a tag, which the intruder may write', async () => {
    const tags = { 'cordon:exempt': 'true', exempt: 'true' };
    expect(await verdictOf(exemptionGuard({}), suspectWorld({ instance: { tags } }))).toEqual(YES);
  });
});
