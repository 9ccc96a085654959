import type { Instance } from '@cordon/core/steps';
import { expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { incident } from './incident.js';

function about(autoScaling: NonNullable<Instance['autoScaling']>) {
  const known = incident();
  // The report asks for no more of the instance than this here.
  const instance = {
    interfaces: [],
    volumes: [],
    autoScalingGroup: 'shop',
    autoScaling,
  } as unknown as Instance;
  return reportOfIncident(incident({ facts: { ...known.facts, instance } })).about;
}

it('tells in the report what the Auto Scaling group had in store', () => {
  expect(
    about({
      state: 'Pending:Wait',
      hooks: [{ name: 'drain', transition: 'terminating', seconds: 300 }],
      warmPool: { instances: 2 },
      refreshes: [{ id: 'r-2', status: 'InProgress', percentage: 40 }],
    }),
  ).toContainEqual({
    label: 'What that group had in store',
    value:
      'the instance was Pending:Wait; hook drain holds terminating ones for 300 s; ' +
      '2 of the same image in its warm pool; refresh r-2 InProgress, 40 %',
  });
  expect(about({ state: 'InService', hooks: [], refreshes: [] }).map(({ label }) => label)).not.toContain(
    'What that group had in store',
  );
});
