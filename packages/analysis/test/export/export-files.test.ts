import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../src/export/export-files.js';
import { incident, observation } from '../report/incident.js';

const { finding } = incident();

function made(): ReadonlyMap<string, string> {
  const secret = 'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE';
  const files = exportFiles({
    incidentId: 'inc-1',
    finding,
    observations: [observation({ title: secret, excerpt: secret, reasons: [secret] })],
    exportedAt: '2026-11-20T05:00:00.000Z',
    version: '0.1.0',
    account: '999900001111',
    kin: {},
  });
  return new Map(files.map(({ file, body }) => [file, String(body)]));
}

describe('the files for other tools', () => {
  it('are all there, each of one name', () => {
    const names = [...made().keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        'observations.jsonl',
        'findings.ocsf.jsonl',
        'findings.asff.jsonl',
        'attack-navigator.json',
        'indicators.stix.json',
        'indicators.csv',
        'hunt/osquery.json',
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('leave secrets out of what goes to systems that many read, and in what is evidence', () => {
    const files = made();
    for (const file of ['findings.ocsf.jsonl', 'findings.asff.jsonl']) {
      expect(files.get(file)).not.toContain('AKIAIOSFODNN7EXAMPLE');
      expect(files.get(file)).toContain('[redacted]');
    }
    expect(files.get('observations.jsonl')).toContain('AKIAIOSFODNN7EXAMPLE');
  });

  it('have nothing for Security Hub where its account is not known', () => {
    const files = exportFiles({
      incidentId: 'x',
      finding,
      observations: [],
      exportedAt: '2026-11-20T05:00:00.000Z',
      version: '0',
      kin: {},
    });
    expect(files.map(({ file }) => file)).not.toContain('findings.asff.jsonl');
  });

  it('ask for nothing that is older than thirty days before the first entry', () => {
    expect(made().get('hunt/athena.sql')).toContain("eventTime >= '2026-10-21T02:50:14.000Z'");
  });
});
