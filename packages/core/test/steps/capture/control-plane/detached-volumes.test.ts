import { addTrailEvent, addVolume } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { INSTANCE, type SuspectWorld, suspectWorld } from '../../world/suspect-world.js';
import { HOUR, OWN, ROLE_SESSION, seenAfter } from './scene.js';

const VOLUME = 'vol-0bbbbbbbbbbbbbbbb';

function detached(world: SuspectWorld, hours: number, principal: string = ROLE_SESSION.principal) {
  addTrailEvent(world.region, {
    ...ROLE_SESSION,
    principal,
    at: new Date(world.world.now().getTime() - hours * HOUR),
    service: 'ec2',
    name: 'DetachVolume',
    readOnly: false,
    sourceAddress: OWN,
    resources: [INSTANCE, VOLUME],
    requestParameters: { volumeId: VOLUME },
  });
}

describe('a volume that was detached before the snapshots (point 53)', () => {
  it('is found in CloudTrail, with who did it and where it is now', async () => {
    const world = suspectWorld();
    addVolume(world.region, { id: VOLUME, availabilityZone: 'eu-west-1a', sizeGiB: 8 });
    detached(world, 1);
    const seen = await seenAfter(world);
    expect(seen).toEqual([
      expect.objectContaining({
        rule: 'volume.detached',
        severity: 'high',
        entity: `volume:${VOLUME}`,
        evidence: [{ artifact: 'control-plane/cloudtrail-instance.jsonl', line: 1 }],
      }),
    ]);
    expect(JSON.parse(world.evidence.text('control-plane/volumes-detached.json') ?? '')).toMatchObject([
      { volumeId: VOLUME, principal: ROLE_SESSION.principal, now: { State: 'available' } },
    ]);
  });

  it('is graver when it is gone', async () => {
    const world = suspectWorld();
    detached(world, 1, 'arn:aws:iam::111122223333:user/operator');
    expect(await seenAfter(world)).toEqual([expect.objectContaining({ severity: 'high' })]);
  });

  it('is nobody’s business when it was detached days ago', async () => {
    const world = suspectWorld();
    detached(world, 72);
    expect(await seenAfter(world)).toEqual([]);
  });
});
