import type { EntryDraft, Observation } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { RunModel } from '../../src/model/run-model.js';
import { paintFor } from '../../src/text/paint.js';
import { UNICODE } from '../../src/text/symbols.js';
import { summaryLines } from '../../src/view/summary.js';
import { entry, failed, intent, opened, succeeded } from '../world/entries.js';

const options = {
  paint: paintFor({ isTTY: false, env: {} }),
  symbols: UNICODE,
  width: 100,
  command: (words: string) => `cordon ${words}`,
  byHand: new Map([['isolate', ['aws ec2 modify-instance-attribute --instance-id INSTANCE --groups GROUP']]]),
};

function observation(severity: Observation['severity'], title: string): Observation {
  const evidence = [
    {
      artifact: 'disk/vol-1.tar.gz',
      path: `fs/var/www/html/wp-content/uploads/2026/11/${'deep/'.repeat(9)}cache.php`,
      line: 3,
    },
  ];
  return {
    rule: 'web.shell',
    title,
    severity,
    techniques: ['T1505.003', 'T1059'],
    entity: `file:${title}`,
    evidence,
  };
}

const ARTIFACT: EntryDraft = {
  kind: 'artifact',
  body: {
    path: 'report/report.html',
    uri: 's3://cordon-evidence-999900001111/inc-1/evidence/report/report.html',
    sizeBytes: 17_300_000_000,
    sha256: 'b'.repeat(64),
    mediaType: 'text/html; charset=utf-8',
    acquiredBy: 'cordon',
    origin: 'cordon',
    storedAt: '2026-11-20T03:36:00Z',
  },
};

function closed(observations: readonly Observation[]): RunModel {
  const model = new RunModel();
  const entries = [
    opened([
      ['isolate', 'contain'],
      ['disk.attach', 'examine'],
      ['disk.collect', 'examine'],
      ['report', 'report'],
    ]),
    intent(1, 'isolate'),
    succeeded(2, 'isolate'),
    intent(2, 'disk.attach'),
    failed(9, 'disk.attach', 'partition 2 is LUKS\u001b[2J'),
    entry(9, 'disk.collect', {
      kind: 'skipped',
      body: { reason: { because: 'missing', facts: ['forensicInstance'] } },
    }),
    entry(10, 'report', { kind: 'observations', body: { observations } }),
    entry(10, 'report', ARTIFACT),
    succeeded(11, 'report'),
    entry(12, 'run', { kind: 'closed', body: { outcome: 'incomplete', heads: {} } }),
  ];
  for (const one of entries) model.apply(one);
  return model;
}

describe('summaryLines', () => {
  it('says how it ended, what was found, where the evidence lies and how to check it', () => {
    const model = closed([
      observation('low', 'A wide open directory'),
      observation('critical', 'Web shell that runs what it is sent\u202e'),
    ]);
    expect(summaryLines(model, options).join('\n')).toMatchInlineSnapshot(`
      "  incomplete  1 step failed, 1 skipped, in 12s

        found       1 critical, 1 low
          critical  T1505.003  Web shell that runs what it is sent\\u{202e}  …p/deep/deep/deep/cache.php:3
          low       T1505.003  A wide open directory                        …p/deep/deep/deep/cache.php:3

        failed      disk.attach  NOT_MOUNTED: partition 2 is LUKS\\x1b[2J
                    try again: cordon retry inc-20261120t0335-5f0c2a91 disk.attach --approver NAME --reason WHY
        skipped     disk.collect
        evidence    1 artifact, 17.3 GB, in s3://cordon-evidence-999900001111/inc-1/evidence/
        report      s3://cordon-evidence-999900001111/inc-1/evidence/report/report.html
        journal     10 entries, head aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        verify      cordon verify inc-20261120t0335-5f0c2a91 --head aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    `);
  });

  it('shows the ten worst and counts the others', () => {
    const lows = Array.from({ length: 12 }, (_, index) => observation('low', `low ${index}`));
    const text = summaryLines(closed([...lows, observation('high', 'the worst')]), options).join('\n');
    expect(text.match(/^ {4}(low|high) /gm)).toHaveLength(10);
    expect(text.indexOf('the worst')).toBeLessThan(text.indexOf('low 0'));
    expect(text).toContain('and 3 more: cordon show inc-20261120t0335-5f0c2a91');
  });

  it('shows the worst of each thing before more about the same', () => {
    const same = Array.from({ length: 12 }, () => observation('critical', 'the miner'));
    const text = summaryLines(closed([...same, observation('low', 'a hidden folder')]), options).join('\n');
    expect(text).toContain('a hidden folder');
    expect(text).toContain('and 11 more');
  });

  it('says what to do by hand where the suspect is not contained', () => {
    const model = new RunModel();
    const entries = [
      opened([['isolate', 'contain']]),
      intent(1, 'isolate'),
      failed(2, 'isolate', 'no'),
      entry(3, 'run', { kind: 'closed', body: { outcome: 'failed', heads: {} } }),
    ];
    for (const one of entries) model.apply(one);
    const text = summaryLines(model, options).join('\n');
    expect(text).toContain('containment is not verified: look after the suspect by hand');
    expect(text).toContain(
      'by hand     aws ec2 modify-instance-attribute --instance-id i-0f3a9c51d2b7e8460 --groups GROUP',
    );
  });

  it('says that nothing was found', () => {
    expect(summaryLines(closed([]), options).join('\n')).toMatch(/found +nothing/);
  });
});
