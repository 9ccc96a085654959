import { GetFindingsCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { addFinding } from '../../src/index.js';
import { REGION, SUSPECT_ACCOUNT, scene } from './ec2/scene.js';

describe('GuardDuty', () => {
  it('gives findings back in capitals, and only to their own detector', async () => {
    const { world, region } = scene();
    const client = new GuardDutyClient({
      region: REGION,
      credentials: world.account(SUSPECT_ACCOUNT).credentials(),
    });
    addFinding(region, {
      id: 'f1',
      severity: 8,
      service: { detectorId: 'd1', additionalInfo: { value: '{}' } },
    });
    const get = (DetectorId: string) =>
      client.send(new GetFindingsCommand({ DetectorId, FindingIds: ['f1', 'f2'] }));
    expect((await get('d1')).Findings).toEqual([
      { Id: 'f1', Severity: 8, Service: { DetectorId: 'd1', AdditionalInfo: { Value: '{}' } } },
    ]);
    await expect(get('d2')).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});
