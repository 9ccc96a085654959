import type { EvidenceStore, Suspect } from '@cordon/core';
import { ec2, s3 } from '@cordon/core/aws';
import { describe, expect, it } from 'vitest';
import { INSTANCE, REGION, SECURITY_ACCOUNT, SUSPECT_ACCOUNT, scene } from './ec2/scene.js';

const refuse = () => {
  throw new Error('not used here');
};
const unused: EvidenceStore = { put: refuse, adopt: refuse, open: refuse, check: refuse };
const suspect: Suspect = { instanceId: INSTANCE, account: SUSPECT_ACCOUNT, region: REGION, partition: 'aws' };

describe("a world's environment", () => {
  it("assumes the responder in the suspect account, on the world's clock", async () => {
    const { world } = scene();
    const environment = await world.environment({
      suspectAccount: SUSPECT_ACCOUNT,
      securityAccount: SECURITY_ACCOUNT,
      evidence: unused,
    });
    const account = environment.account('suspect', { id: 'inc-2026-0001', suspect });
    const answer = await account.call(ec2.DescribeInstances, { InstanceIds: [INSTANCE] });
    expect(answer.Reservations).toHaveLength(1);
    expect(world.calls.all().at(-1)).toMatchObject({
      principal: `arn:aws:sts::${SUSPECT_ACCOUNT}:assumed-role/CordonResponder/inc-2026-0001`,
      sessionName: 'inc-2026-0001',
    });
    expect(environment.clock).toBe(world.clock);
  });

  it('presigns for the loopback server', async () => {
    const { world } = scene();
    const environment = await world.environment({
      suspectAccount: SUSPECT_ACCOUNT,
      securityAccount: SECURITY_ACCOUNT,
      evidence: unused,
    });
    const account = environment.account('security', { id: 'inc-2026-0001', suspect });
    const url = await account.presign(s3.GetObject, { Bucket: 'b', Key: 'k' }, { expiresInSeconds: 60 });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/b\/k\?/);
  });
});
