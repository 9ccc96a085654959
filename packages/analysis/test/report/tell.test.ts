import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { incident, observation } from './incident.js';

const told = (rules: readonly string[]) =>
  reportOfIncident(
    incident({ observations: rules.map((rule) => observation({ rule, entity: `file:/${rule}` })) }),
  ).decision.tell.map(({ label }) => label);

describe('whom to tell', () => {
  it('names the owner always, and the law where data was within reach', () => {
    expect(told([])).toEqual(['Owner of 111122223333']);
    expect(told(['role.read-secrets'])).toContain('Privacy and legal');
    expect(told(['file.setuid'])).not.toContain('Privacy and legal');
  });

  it('names AWS where credentials were stolen or machines used, and those whose accounts were', () => {
    expect(told(['role.used-elsewhere'])).toContain('AWS Support');
    expect(told(['process.command.miner'])).toContain('AWS Support');
    const { tell } = reportOfIncident(incident()).decision;
    expect(tell).toContainEqual({ label: 'Owners of the accounts', value: 'deploy' });
  });

  it('names the hosts that still talked to it', () => {
    const known = incident();
    const live = [{ local: '10.0.0.5:80', remote: '10.0.0.9:50120', bytes: 9, path: 'vpc' as const }];
    const connections = { looked: true, live, cutOn: [], residualRisks: [] };
    const facts = { ...known.facts, connections };
    const { tell } = reportOfIncident(incident({ facts })).decision;
    expect(tell).toContainEqual({ label: 'Owners of neighbours', value: '10.0.0.9 talked to it' });
  });
});
