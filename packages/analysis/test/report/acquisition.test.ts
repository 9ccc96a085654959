import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { incident } from './incident.js';

function clockOff(seconds: number) {
  const known = incident();
  const [artifact] = known.artifacts;
  if (artifact === undefined) throw new Error('the incident has an artifact');
  const triage = { artifact, clockOffsetSeconds: seconds };
  const made = reportOfIncident(incident({ facts: { ...known.facts, triage } }));
  return made.acquisition.find(({ label }) => label === 'Clock of the suspect')?.value;
}

const STAMP = {
  cordon: { version: '0.1.0', commit: 'c0'.repeat(20) },
  step: { id: 'disk.preserve', version: 3 },
  scripts: [
    {
      step: 'disk.collect',
      script: 'collect-files',
      sha256: '5c'.repeat(32),
      document: 'AWS-RunShellScript',
      instanceId: 'i-0f0f0f0f',
      commandId: '11111111-2222-4333-8444-555555555555',
      tools: [{ name: 'lime.ko', sha256: '70'.repeat(32) }],
    },
  ],
  rules: [{ name: 'reverse-shells.yml', sha256: '4e'.repeat(32) }],
  image: 'ami-0f0f0f0f',
};

function acquisitionWith(stamps: readonly (typeof STAMP | undefined)[]): string {
  const [artifact] = incident().artifacts;
  if (artifact === undefined) throw new Error('the incident has an artifact');
  const artifacts = stamps.map((acquiredWith, index) => ({
    ...artifact,
    path: `disk/vol-${index}.tar.gz`,
    ...(acquiredWith === undefined ? {} : { acquiredWith }),
  }));
  const page = renderReport(reportOfIncident(incident({ artifacts })));
  const from = page.indexOf('id="acquisition"');
  return page.slice(from, page.indexOf('</section>', from));
}

describe('how the evidence was taken', () => {
  it('tells with which Cordon, step, script, command, tool, rules and image each artifact was taken', () => {
    const section = acquisitionWith([STAMP, STAMP]);
    for (const text of [
      `0.1.0, commit ${STAMP.cordon.commit}`,
      'Taken with: disk/vol-0.tar.gz',
      'Taken with: disk/vol-1.tar.gz',
      'step disk.preserve, version 3',
      'collect-files (command 11111111-2222-4333-8444-555555555555 on i-0f0f0f0f)',
      `SHA-256 ${'5c'.repeat(32)}, sent by AWS-RunShellScript`,
      `SHA-256 ${'70'.repeat(32)}`,
      `SHA-256 ${'4e'.repeat(32)}`,
      'image ami-0f0f0f0f',
    ])
      expect(section).toContain(text);
    // One script is one script, however many artifacts it was run for.
    expect(section.split('5c'.repeat(32))).toHaveLength(2);
  });

  it('says nothing of that where a journal is older than it', () => {
    expect(acquisitionWith([undefined])).not.toContain('Taken with');
  });

  it.each([
    [-7, '7 s behind UTC'],
    [3600, '3600 s ahead of UTC'],
  ])("tells how the suspect's clock was off: %d s", (seconds, says) => {
    expect(clockOff(seconds)).toBe(says);
  });

  it('lists every change that the response made: call, target, time, outcome and request', () => {
    const changes: IncidentModel['changes'] = ['eni-0a1b2c3d4e5f60718', 'eni-0b1b2c3d4e5f60719'].map(
      (id) => ({
        step: 'contain.isolate',
        at: '2026-11-20T03:35:40Z',
        operation: 'ec2:ModifyNetworkInterfaceAttribute',
        resources: [id],
        principal: 'arn:aws:sts::111122223333:assumed-role/CordonResponder/inc',
        outcome: 'ok',
        requestId: `request-of-${id}`,
      }),
    );
    const page = renderReport(reportOfIncident(incident({ changes })));
    const section = page.slice(page.indexOf('id="changes"'), page.indexOf('id="steps"'));
    for (const { resources, requestId = '' } of changes) {
      expect(section).toContain(resources[0]);
      expect(section).toContain(requestId);
    }
    expect(section).toContain('ec2:ModifyNetworkInterfaceAttribute');
  });

  it('says of each artifact what it was taken from, by whose word, when, and with which hash', () => {
    const page = renderReport(reportOfIncident(incident()));
    const section = page.slice(page.indexOf('id="evidence"'));
    for (const text of ['disk/vol-1.tar.gz', 'vol-0a1b2c3d, by forensic-host', 'ab'.repeat(32)])
      expect(section).toContain(text);
  });
});
