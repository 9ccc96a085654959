import { addBucket, addParameter } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { s3 } from '../../../src/aws/operations.js';
import { exemptionGuard } from '../../../src/steps/guards/exemption-guard.js';
import { sampleGuard } from '../../../src/steps/guards/sample-guard.js';
import { NO, verdictOf, YES } from '../world/guard-verdict.js';
import { FINDING, INSTANCE, REGION, SECURITY, SUSPECT, suspectWorld } from '../world/suspect-world.js';

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

  const LIST = '/cordon/exemptions';
  const listing = (value: string) => {
    const world = suspectWorld();
    addParameter(world.world.account(SECURITY).region(REGION), { name: LIST, value });
    return world;
  };

  it("reads the list in the security account's Parameter Store at every incident", async () => {
    const guard = exemptionGuard({ from: { parameter: LIST } });
    expect(await verdictOf(guard, listing(`{"instances":["${INSTANCE}"]}`))).toEqual(NO);
    expect(await verdictOf(guard, listing('{"accounts":["222233334444"]}'))).toEqual(YES);
    expect(
      await verdictOf(exemptionGuard({ accounts: [SUSPECT], from: { parameter: LIST } }), listing('{}')),
    ).toEqual(NO);
  });

  it("reads the list in the security account's bucket", async () => {
    const world = suspectWorld();
    addBucket(world.world, 'cordon-config', { account: SECURITY, region: REGION });
    const account = world.options.environment.account('security', {
      id: 'inc-setup-0001',
      suspect: FINDING.suspect,
    });
    const Body = `{"arns":["arn:aws:ec2:eu-west-1:${SUSPECT}:*"]}`;
    await account.call(s3.PutObject, { Bucket: 'cordon-config', Key: 'exemptions.json', Body });
    const guard = exemptionGuard({ from: { bucket: 'cordon-config', key: 'exemptions.json' } });
    expect(await verdictOf(guard, world)).toEqual(NO);
  });

  it.each([
    '',
    'no json',
    '{"instance":["i-0f3a9c51d2b7e8460"]}',
    '{"arns":["*"]}',
    '{"accounts":[111122223333]}',
  ])('leaves it to the configuration when the list is ill-formed: %s', async (value) => {
    const from = { parameter: LIST };
    expect(await verdictOf(exemptionGuard({ from }), listing(value))).toEqual(NO);
    const allowing = exemptionGuard({ from, onFailure: 'allow' });
    expect(await verdictOf(allowing, listing(value))).toMatchObject({ contain: 'succeeded' });
  });

  it('takes no exemption from a tag, which the intruder may write', async () => {
    const tags = { 'cordon:exempt': 'true', exempt: 'true' };
    expect(await verdictOf(exemptionGuard({}), suspectWorld({ instance: { tags } }))).toEqual(YES);
  });
});
