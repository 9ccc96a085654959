import { describe, expect, it } from 'vitest';
import { storm } from './storm.js';

describe('a finding for each of 24 instances in one account within two seconds', {
  timeout: 300_000,
}, async () => {
  const { incidents, calls } = await storm({ accounts: 1, instances: 24, withinSeconds: 2 });

  it('asks for more than EC2 takes of the account, and completes every incident', () => {
    expect(calls.get('ec2:ModifyInstanceAttribute RequestLimitExceeded')).toBeGreaterThan(0);
    expect(incidents.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  });

  it('asks for each protection until EC2 has taken it, and not again', () => {
    const each = (calls.get('ec2:ModifyInstanceAttribute ok') ?? 0) / incidents.length;
    expect(each).toBe(3);
    for (const { toldAt, protectedAt } of incidents) expect(protectedAt - toldAt).toBeLessThan(120);
  });

  it('contains each of them before the last protection, or within a minute', () => {
    for (const { toldAt, containedAt } of incidents) expect(containedAt - toldAt).toBeLessThan(60);
  });
});

describe('a finding for each of 20 instances in four accounts within one minute', {
  timeout: 300_000,
}, async () => {
  const { incidents, calls, executions } = await storm({ accounts: 4, instances: 5, withinSeconds: 60 });

  it('begins one incident and one execution for each, although each is told twice', () => {
    expect(incidents).toHaveLength(20);
    expect(executions).toBe(20);
    expect(incidents.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  });

  it('makes nothing twice', () => {
    expect(calls.get('ec2:CreateSnapshots ok')).toBe(20);
    expect(calls.get('ec2:CreateSecurityGroup ok')).toBe(20);
    expect(calls.get('ec2:CopySnapshot ok')).toBe(20);
  });

  it('is never throttled', () => {
    expect(calls.get('RequestLimitExceeded') ?? 0).toBe(0);
  });

  it('contains each of them within seconds, and all of them before the first is examined', () => {
    const lastContained = Math.max(...incidents.map(({ containedAt }) => containedAt));
    const firstExamined = Math.min(...incidents.map(({ examinedAt }) => examinedAt));
    expect(lastContained).toBeLessThan(firstExamined);
    for (const { toldAt, containedAt } of incidents) expect(containedAt - toldAt).toBeLessThan(30);
  });
});
