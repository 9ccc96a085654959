import { defineFact, type Step, suspect } from '@cordon/core';
import * as v from 'valibot';
import { assertStepConforms, type ConformanceOptions, DEMO, StepNotConforming } from '../../src/index.js';

export const made = defineFact('acme.made', v.object({ id: v.string() }));
export const effect = { summary: 'A group more in its VPC.', reversible: 'yes' } as const;
export const suspectActions = (...actions: string[]) => ({ suspect: actions });

export async function breachesOf(step: Step, options: ConformanceOptions = {}): Promise<readonly string[]> {
  try {
    await assertStepConforms(step, options);
    return [];
  } catch (error) {
    if (!(error instanceof StepNotConforming)) throw error;
    return [...new Set(error.breaches.map(({ code }) => code))].toSorted();
  }
}

/** A step that does nothing wrong, for the planted fault to be the only one. */
export const plain = {
  id: 'acme.plain',
  title: 'Says who the suspect is',
  phase: 'examine',
  needs: [suspect],
  provides: [made],
} as const;

export const name = (key: string) => `acme-${key}`;

/** Makes a group, and finds it again by the key in its name. */
export const careful = {
  id: 'acme.group',
  title: 'Makes a security group of its own',
  phase: 'capture',
  provides: [made],
  effect,
  actions: suspectActions('ec2:CreateSecurityGroup', 'ec2:DescribeSecurityGroups'),
} as const;

export const group = (GroupName: string) => ({ GroupName, Description: 'acme', VpcId: DEMO.vpcId });
export const named = (groupName: string) => ({ Filters: [{ Name: 'group-name', Values: [groupName] }] });
