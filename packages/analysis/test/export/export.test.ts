import { describe, expect, it } from 'vitest';
import { asffFinding, asffRequests } from '../../src/export/asff.js';
import { indicatorsCsv, indicatorsOf } from '../../src/export/indicators.js';
import { navigatorLayer } from '../../src/export/navigator.js';
import { ocsfLine } from '../../src/export/ocsf.js';
import { stixBundle } from '../../src/export/stix.js';
import { correlate } from '../../src/story/correlate.js';
import { incident, observation } from '../report/incident.js';

const { finding } = incident();
const context = {
  finding,
  incidentId: 'inc-1',
  observedAt: '2026-11-20T05:00:00Z',
  version: '0.1.0',
  account: '999900001111',
};

describe('observations for others', () => {
  it('become OCSF Detection Findings', () => {
    const line = ocsfLine(observation(), context);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      type_uid: 200401,
      activity_id: 1,
      time: Date.parse('2026-11-20T02:50:14Z'),
      severity_id: 5,
      metadata: { version: '1.3.0', product: { name: 'Cordon' } },
      finding_info: { attacks: [{ technique: { uid: 'T1110.001', name: 'Password Guessing' } }] },
      observables: [{ type_id: 4, value: 'deploy' }],
      evidences: [{ data: { path: 'fs/var/log/auth.log', line: 941 } }],
      resources: [{ uid: 'i-0f3a9c51d2b7e8460' }],
    });
    expect(JSON.parse(ocsfLine(observation({ at: undefined }), context)).time).toBe(
      Date.parse(context.observedAt),
    );
  });

  it('become findings of Security Hub within its limits', () => {
    const made = asffFinding(observation({ title: 'x'.repeat(400), reasons: ['y'.repeat(3000)] }), context);
    expect(made).toMatchObject({
      SchemaVersion: '2018-10-08',
      ProductArn: 'arn:aws:securityhub:eu-west-1:999900001111:product/999900001111/default',
      Severity: { Label: 'CRITICAL' },
      Resources: [{ Id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0f3a9c51d2b7e8460' }],
    });
    const { Title, Description } = made as { Title: string; Description: string };
    expect([Title.length, Description.length]).toEqual([256, 1024]);
  });

  it('become requests of Security Hub, a hundred findings each, none twice, information left out', () => {
    const many = Array.from({ length: 150 }, (_, index) => observation({ entity: `file:/${index}` }));
    const lines = asffRequests([...many, ...many, observation({ severity: 'info', entity: 'x' })], context);
    expect(lines.map((line) => JSON.parse(line).Findings.length)).toEqual([100, 50]);
  });

  it('become a layer of the ATT&CK Navigator', () => {
    const layer = navigatorLayer([observation(), observation({ severity: 'low' })], 'inc-1');
    expect(layer).toMatchObject({
      domain: 'enterprise-attack',
      techniques: [{ techniqueID: 'T1110.001', score: 4, comment: '2 observations' }],
    });
  });
});

describe('indicators', () => {
  const sha256 = 'ab'.repeat(32);
  const observations = [
    observation({ reasons: [`SHA-256 of the program: ${sha256}`, 'SHA-256 of the program: short'] }),
    observation({ entity: "file:/tmp/it's here" }),
    observation({ entity: 'file:=cmd()' }),
  ];
  const indicators = indicatorsOf(correlate(observations, finding), observations);

  it('are what other hosts should be searched for', () => {
    expect(indicators).toEqual([
      { type: 'ip', value: '203.0.113.66' },
      { type: 'sha256', value: sha256 },
      { type: 'file-path', value: "/tmp/it's here" },
      { type: 'file-path', value: '=cmd()' },
      { type: 'account', value: 'deploy' },
    ]);
  });

  it('leave out the shell that every host has', () => {
    const reasons = [`SHA-256 of the program: ${'cd'.repeat(32)}`];
    const of = (excerpt: string) => {
      const all = [observation({ entity: 'process:1', excerpt, reasons })];
      return indicatorsOf(correlate(all, finding), all).map(({ type }) => type);
    };
    expect(of('/usr/bin/bash: bash -i')).not.toContain('sha256');
    expect(of('/var/tmp/.x/sh: bash -i')).toContain('sha256');
  });

  it('become a table that no spreadsheet takes for formulas', () => {
    const csv = indicatorsCsv([...indicators, { type: 'file-path', value: 'a"b' }]);
    expect(csv).toContain(`file-path,"'=cmd()"\n`);
    expect(csv).toContain('file-path,"a""b"\n');
  });

  it('become STIX, the same each time, quotes escaped', () => {
    const stix = { incidentId: 'inc-1', createdAt: '2026-11-20T05:00:00.000Z' };
    const bundle = stixBundle(indicators, stix);
    expect(bundle).toEqual(stixBundle(indicators, stix));
    const { objects } = bundle as {
      objects: { type: string; pattern?: string; id: string; object_refs?: string[] }[];
    };
    expect(objects.flatMap(({ pattern }) => pattern ?? [])).toEqual([
      "[ipv4-addr:value = '203.0.113.66']",
      `[file:hashes.'SHA-256' = '${sha256}']`,
      "[file:name = 'it\\'s here' AND file:parent_directory_ref.path = '/tmp']",
      "[user-account:account_login = 'deploy']",
    ]);
    for (const { type, id } of objects)
      expect(id).toMatch(
        new RegExp(`^${type}--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`),
      );
    expect(objects.at(-1)?.object_refs).toEqual(objects.slice(0, -1).map(({ id }) => id));
  });
});
