import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndedIncident, incidentOn } from '../src/incident.ts';
import { type GuestScene, guestScene } from '../src/scene.ts';

describe('an incident on a real server that nobody has broken into', () => {
  let scene: GuestScene;
  let ended: EndedIncident;

  beforeAll(async () => {
    scene = await guestScene({ intruder: 'absent' });
    ended = await incidentOn(scene);
  });

  afterAll(() => scene?.world.dispose());

  it('ends complete', () => {
    expect(ended.result.steps.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  });

  it('shows nothing that anybody should look at', () => {
    const alarming = ended.observations.filter(({ severity }) => !['info', 'low'].includes(severity));
    expect(alarming).toEqual([]);
  });
});
