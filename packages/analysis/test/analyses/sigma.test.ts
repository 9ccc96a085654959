import { describe, expect, it } from 'vitest';
import { sigmaAnalysis } from '../../src/analyses/sigma/sigma-analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { memoryReader } from '../evidence/evidence.js';
import { CONTEXT } from './run.js';

interface Told {
  readonly rule: string;
  readonly entity: string;
  readonly at: string | undefined;
  readonly lines: readonly (number | undefined)[];
  readonly reasons: readonly string[];
}

async function told(rules: string, files: { readonly [path: string]: string }): Promise<readonly Told[]> {
  const loaded = loadSigmaRules([{ file: 'mine.yml', text: rules }]);
  expect(loaded.errors).toEqual([]);
  const found: Told[] = [];
  const reader = memoryReader(files, Date.parse('2026-11-20T03:05:00Z') / 1000);
  for await (const result of analyze(reader, [sigmaAnalysis(loaded)], CONTEXT)) {
    if (result.kind !== 'observation') continue;
    const { rule, entity, at, evidence, reasons = [] } = result.observation;
    found.push({ rule, entity, at, lines: evidence.map(({ line }) => line), reasons });
  }
  return found;
}

const rule = (name: string, logsource: string, selection: string) => `
title: ${name}
name: ${name}
level: high
author: A. Nalyst
license: DRL-1.1
references: [https://example.org/${name}]
tags: [attack.t1190]
logsource: { ${logsource} }
detection:
  selection:
${selection}
  condition: selection
`;

const REQUESTS = [
  '203.0.113.66 - - [20/Nov/2026:03:11:52 +0000] "GET /a.php?cmd=id HTTP/1.1" 200 12 "-" "curl/8"',
  '198.51.100.7 - bob [20/Nov/2026:03:11:53 +0000] "POST /b.php HTTP/1.1" 404 0 "https://x/" "Mozilla"',
].join('\n');

describe('Sigma rules of the user', () => {
  it('see requests by the names of web logs', async () => {
    const text = rule(
      'cmd',
      'category: webserver',
      '    cs-method: GET\n    cs-uri-query|contains: cmd=\n    sc-status: 200',
    );
    const found = await told(text, { 'fs/var/log/nginx/access.log': REQUESTS });
    expect(found).toEqual([
      {
        rule: 'sigma.cmd',
        entity: 'ip:203.0.113.66',
        at: '2026-11-20T03:11:52.000Z',
        lines: [1],
        reasons: [
          'Sigma rule mine.yml:2, 1 event',
          'author: A. Nalyst, licence: DRL-1.1',
          'reference: https://example.org/cmd',
        ],
      },
    ]);
  });

  it('see records of auditd, and the programs that were started as processes', async () => {
    const log = [
      'type=SYSCALL msg=audit(1795143600.100:7): arch=c000003e syscall=59 success=yes uid=33 exe="/usr/bin/nc" key="x"',
      'type=EXECVE msg=audit(1795143600.100:7): argc=3 a0="nc" a1="-e" a2="/bin/sh"',
    ].join('\n');
    const text = [
      rule(
        'started',
        'product: linux, category: process_creation',
        '    Image|endswith: /nc\n    CommandLine|contains: " -e "',
      ),
      rule('record', 'product: linux, service: auditd', '    type: EXECVE\n    a1: "-e"'),
    ].join('---');
    const found = await told(text, { 'fs/var/log/audit/audit.log': log });
    expect(found.map(({ rule: id, lines }) => [id, ...lines])).toEqual([
      ['sigma.record', 2],
      ['sigma.started', 1],
    ]);
  });

  it('see processes of a triage with their parents', async () => {
    const table = [
      'pid\tppid\tuid\tcomm\texe\tcwd\tcmdline',
      '700\t1\t33\tapache2\t/usr/sbin/apache2\t/\tapache2 -k start',
      '701\t700\t33\tsh\t/usr/bin/dash\t/tmp\tsh -c id',
    ].join('\n');
    const text = rule(
      'child',
      'product: linux, category: process_creation',
      '    ParentImage|endswith: /apache2\n    Image|endswith: /dash',
    );
    const found = await told(text, { 'live/processes.tsv': table });
    expect(found.map(({ entity, lines }) => [entity, ...lines])).toEqual([['process:701', 3]]);
  });

  it('for a service see what that service wrote, and keywords of any program', async () => {
    const log = [
      'Nov 20 03:00:01 web-1 sshd[42]: fatal: buffer_get_string: bad string',
      'Nov 20 03:00:02 web-1 cron[43]: fatal: buffer_get_string: bad string',
    ].join('\n');
    const keywords = '    - "bad string"';
    const text = [
      rule('of_sshd', 'product: linux, service: sshd', keywords),
      rule('of_any', 'product: linux, service: auth', keywords),
    ].join('---');
    const found = await told(text, { 'fs/var/log/auth.log': log });
    expect(found.map(({ rule: id, entity }) => `${id} ${entity}`).sort()).toEqual([
      'sigma.of_any program:cron',
      'sigma.of_any program:sshd',
      'sigma.of_sshd program:sshd',
    ]);
  });

  const COUNT = `
title: Many failures
name: many
level: critical
correlation:
  type: event_count
  rules: [failed]
  group-by: [c-ip]
  timespan: 1m
  condition: { gte: 3 }
`;
  const FAILED = rule('failed', 'category: webserver', '    sc-status: 401');
  const failures = (...seconds: readonly number[]) =>
    seconds
      .map((second) => `203.0.113.66 - - [20/Nov/2026:03:11:${second} +0000] "GET / HTTP/1.1" 401 0 "-" "x"`)
      .join('\n');

  it('are correlated over rotated files by time, and what feeds a correlation is not told for itself', async () => {
    const found = await told(`${FAILED}---${COUNT}`, {
      'fs/var/log/nginx/access.log': failures(30, 31),
      'fs/var/log/nginx/access.log.1': failures(10, 12),
    });
    expect(found.map(({ rule: id, entity, at }) => [id, entity, at])).toEqual([
      ['sigma.many', 'c-ip 203.0.113.66', '2026-11-20T03:11:30.000Z'],
    ]);
    expect(found[0]?.reasons[0]).toBe('Sigma rule mine.yml:15, 3 events');
  });

  it('are told for themselves as well when the correlation says so', async () => {
    const generating = COUNT.replace('type: event_count', 'type: event_count\n  generate: true');
    const found = await told(`${FAILED}---${generating}`, { 'fs/var/log/nginx/access.log': failures(10) });
    expect(found.map(({ rule: id }) => id)).toEqual(['sigma.failed']);
  });

  it('about other systems match nothing here', async () => {
    const text = rule('win', 'product: windows, category: process_creation', '    CommandLine|contains: a');
    expect(await told(text, { 'live/processes.tsv': 'pid\tppid\tcmdline\n7\t1\ta' })).toEqual([]);
  });

  it('tell one rule about one entity once, with its places', async () => {
    const many = Array.from({ length: 40 }, (_, index) => 10 + index);
    const found = await told(FAILED, { 'fs/var/log/nginx/access.log': failures(...many) });
    expect(found).toHaveLength(1);
    expect(found[0]?.lines).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(found[0]?.reasons[0]).toContain('40 events');
  });
});
