import type { Containment, Instance } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { whyNotReachable } from '../../src/host/reachable.js';

type Facts = Partial<Pick<Instance, 'platform' | 'state' | 'ssm'>>;

// No more of the facts is looked at.
const instance = (facts: Facts = {}) =>
  ({ platform: 'linux', state: 'running', ssm: 'online', ...facts }) as unknown as Instance;
const lost = { ssmAlive: false } as unknown as Containment;

describe('a host', () => {
  it.each<[string, Parameters<typeof whyNotReachable>[0]]>([
    ['PLATFORM_NOT_SUPPORTED', { instance: instance({ platform: 'windows' }) }],
    ['NOT_RUNNING', { instance: instance({ state: 'stopped' }) }],
    ['NOT_RUNNING', { instance: instance({ state: 'terminated' }) }],
    ['SSM_UNMANAGED', { instance: instance({ ssm: 'unmanaged' }) }],
    ['SSM_LOST', { instance: instance(), containment: lost }],
  ])('is not asked where no script can run, and says why: %s', (code, seen) => {
    expect(whyNotReachable(seen)).toMatchObject({ kind: 'permanent', code });
  });

  it('is asked where nothing speaks against it, also when its agent was silent for a moment', () => {
    expect(whyNotReachable({ instance: instance() })).toBeUndefined();
    expect(whyNotReachable({ instance: instance({ ssm: 'offline' }) })).toBeUndefined();
    expect(whyNotReachable({ instance: undefined })).toBeUndefined();
  });
});
