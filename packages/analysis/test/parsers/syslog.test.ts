import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyslogParser } from '../../src/parsers/syslog.js';

const at = (iso: string) => Date.parse(iso);
const parser = (notAfter: string, timeZone?: string) =>
  new SyslogParser({ notAfterMs: at(notAfter), ...(timeZone === undefined ? {} : { timeZone }) });

describe('system log lines', () => {
  it('reads the classic form', () => {
    const line =
      'Nov  3 03:11:52 ip-10-20-3-44 sshd[4242]: Failed password for root from 192.0.2.1 port 4 ssh2';
    expect(parser('2026-11-20T00:00:00Z').parse(line)).toEqual({
      atMs: at('2026-11-03T03:11:52Z'),
      host: 'ip-10-20-3-44',
      program: 'sshd',
      pid: 4242,
      message: 'Failed password for root from 192.0.2.1 port 4 ssh2',
    });
  });

  it.each([
    ['Dec 31 23:59:59', '2027-01-02T00:00:00Z', '2026-12-31T23:59:59Z'],
    ['Jan  1 00:00:01', '2027-01-02T00:00:00Z', '2027-01-01T00:00:01Z'],
    ['Nov 21 10:00:00', '2026-11-20T00:00:00Z', '2025-11-21T10:00:00Z'],
    ['Nov 20 12:00:00', '2026-11-20T00:00:00Z', '2026-11-20T12:00:00Z'],
    ['Feb 29 12:00:00', '2024-03-05T00:00:00Z', '2024-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', '2025-01-05T00:00:00Z', '2024-02-29T12:00:00Z'],
  ])('gives %s, in a file of %s, its year', (stamp, notAfter, expected) => {
    expect(parser(notAfter).parse(`${stamp} h p: m`)?.atMs).toBe(at(expected));
  });

  it('takes classic stamps for local time', () => {
    const zone = parser('2026-11-20T00:00:00Z', 'Europe/Berlin');
    expect(zone.parse('Nov 10 12:00:00 h p: m')?.atMs).toBe(at('2026-11-10T11:00:00Z'));
    expect(zone.parse('Jul 10 12:00:00 h p: m')?.atMs).toBe(at('2026-07-10T10:00:00Z'));
    expect(zone.parse('2026-07-10T12:00:00+00:00 h p: m')?.atMs).toBe(at('2026-07-10T12:00:00Z'));
  });

  it('reads ISO stamps and RFC 5424', () => {
    const any = parser('2026-11-20T00:00:00Z');
    expect(any.parse('2026-11-20T03:11:52.123456+02:00 web sudo[7]: x : y')).toEqual({
      atMs: at('2026-11-20T01:11:52.123Z'),
      host: 'web',
      program: 'sudo',
      pid: 7,
      message: 'x : y',
    });
    const line = '<38>1 2026-11-20T03:11:52Z web sshd 99 ID47 [a@1 b="x\\"] y"][c] \uFEFFAccepted publickey';
    expect(any.parse(line)).toMatchObject({ program: 'sshd', pid: 99, message: 'Accepted publickey' });
    expect(any.parse('<38>1 2026-11-20T03:11:52Z web cron - - - hello')).toMatchObject({
      pid: undefined,
      message: 'hello',
    });
  });

  it('takes a priority, a path and a message without text', () => {
    const any = parser('2026-11-20T00:00:00Z');
    expect(any.parse('<13>Nov  3 03:11:52 h /usr/sbin/cron[1]:')).toMatchObject({
      program: 'cron',
      message: '',
    });
  });

  it.each([
    '',
    'Nov',
    'Nov 40 00:00:00 h p: m',
    'Foo  3 03:11:52 h p: m',
    'Nov  3 25:11:52 h p: m',
    '9',
    '<1',
    '2026-13-01T00:00:00Z',
  ])('says that %j is no log line', (line) => {
    expect(parser('2026-11-20T00:00:00Z').parse(line)).toBeUndefined();
  });

  it('never throws', () => {
    const any = parser('2026-11-20T00:00:00Z', 'America/New_York');
    const pieces = fc.constantFrom(
      'Nov  3 03:11:52',
      '<34>',
      '1 ',
      '2026-11-20T03:11:52Z',
      ' ',
      '[',
      ']',
      '"',
      '\\',
      ': ',
      'sshd[1]',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 }))), (parts) => {
        any.parse(parts.join(''));
      }),
      { numRuns: 2_000 },
    );
  });
});
