import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, AuditEvents } from '../../src/parsers/audit-events.js';
import { parseAuditRecord } from '../../src/parsers/audit-record.js';

// A log of 89 events in auditd's own format, and what auditd 3.0.9 of Debian says of it, with TZ=UTC LC_ALL=C.UTF-8:
//   ausearch -if ausearch.log -i             ausearch.interpreted
//   ausearch -if ausearch.log --format csv   ausearch.csv
//   aureport -if ausearch.log -au | -l | -m | -x, one after the other   ausearch.reports
function lines(name: string): readonly string[] {
  const bytes = readFileSync(new URL(`fixtures/ausearch.${name}.gz`, import.meta.url));
  return gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

const LOG = lines('log');
const records = LOG.map(parseAuditRecord).filter((record) => record !== undefined);

function readEvents(): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  const parser = new AuditEvents((event) => events.push(event));
  for (const [index, record] of records.entries()) parser.add(record, index + 1);
  parser.end();
  return events;
}

const events = readEvents();
const eventOf = (serial: number) => events.find((event) => event.serial === serial);

/** As the tools print it: month, day and year, and the time of day. */
function printed(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${month}/${day}/${year.slice(2)} ${time.slice(0, 8)}`;
}

function resultOf({ fields }: AuditEvent): 'success' | 'failed' {
  const result = fields.get('res') ?? fields.get('success') ?? '';
  return ['success', 'yes', '1'].includes(result) ? 'success' : 'failed';
}

/** What stands as text in a record, and is written out in full by `ausearch -i`. */
const TEXTS = /^(?:a\d+(?:\[\d+\])?|acct|cmd|comm|cwd|exe|hostname|key|name|op|proctitle|terminal|unit)$/;

describe('the audit log, beside auditd’s own tools', () => {
  it('is read whole: every line is a record', () => {
    expect(records).toHaveLength(LOG.length);
    expect(new Set(records.map(({ serial }) => serial)).size).toBe(89);
  });

  it('has the events that ausearch has, at their times, with their results and programs', () => {
    // Rows without a kind are records that ausearch lost, because those of another event lay between them.
    const rows = lines('csv')
      .slice(1)
      .map((row) => row.split(','))
      .filter((row) => row[5] !== '');
    expect(rows.length).toBeGreaterThan(80);
    for (const [, type = '', date, time, serial, , session, , , , , result, , , , how = ''] of rows) {
      const event = eventOf(Number(serial));
      expect(event?.types).toContain(type);
      if (event === undefined) continue;
      expect([printed(event.atMs), resultOf(event)]).toEqual([`${date} ${time}`, result]);
      if (how.startsWith('/')) expect(event.fields.get('exe')).toBe(how);
      const ses = event.fields.get('ses') ?? '';
      expect(ses === '4294967295' ? 'unset' : ses).toBe(session);
    }
  });

  it('gives every text as ausearch -i interprets it, of every record', () => {
    const theirs = new Map<string, string[]>();
    for (const line of lines('interpreted')) {
      const [, type, serial] = /^type=(\S+) msg=audit\(.{21}:(\d+)\)/.exec(line) ?? [];
      if (type !== undefined)
        theirs.set(`${type} ${serial}`, [
          ...(theirs.get(`${type} ${serial}`) ?? []),
          ` ${line.replace(/msg='(.*)'\s*$/, '$1 ')} `,
        ]);
    }
    let texts = 0;
    for (const { type, serial, fields } of records) {
      const wanted = [...fields].flatMap(([name, value]) =>
        TEXTS.test(name) && !(type === 'SYSCALL' && /^a\d$/.test(name))
          ? [` ${name}=${value.replaceAll('\0', ' ').replaceAll('\u0001', ' key=')} `]
          : [],
      );
      texts += wanted.length;
      const candidates = theirs.get(`${type} ${serial}`) ?? [];
      expect(
        candidates.some((line) => wanted.every((text) => line.includes(text))),
        `${type} ${serial} ${wanted}: ${candidates}`,
      ).toBe(true);
    }
    expect(texts).toBeGreaterThan(600);
  });

  it('joins the arguments of a command that the kernel cut into pieces', () => {
    const whole = (serial: number, index: number) =>
      lines('interpreted')
        .flatMap((line) => {
          const match = new RegExp(`:${serial}\\) : .*\\ba${index}\\[(\\d+)\\]=(.*) $`).exec(line);
          return match === null ? [] : [{ place: Number(match[1]), piece: match[2] ?? '' }];
        })
        .sort((a, b) => a.place - b.place)
        .map(({ piece }) => piece)
        .join('');
    const cut = records.filter(({ fields }) => [...fields.keys()].some((name) => /_len$/.test(name)));
    expect(cut.map(({ serial }) => serial)).toEqual([135, 136]);
    expect(eventOf(135)?.argv?.[1]).toBe(whole(135, 1));
    expect(eventOf(136)?.argv?.[2]).toBe(whole(136, 2));
  });

  it('has who tried to log in, changed accounts and ran what, as aureport lists them', () => {
    const rows = lines('reports').flatMap((line) => {
      const match = /^\d+\. (\S+ \S+) (.*) (\d+)$/.exec(line);
      return match === null ? [] : [{ at: match[1], rest: match[2] ?? '', serial: Number(match[3]) }];
    });
    expect(rows.length).toBeGreaterThan(100);
    for (const { at, rest, serial } of rows) {
      const event = eventOf(serial);
      expect(event === undefined ? undefined : printed(event.atMs)).toBe(at);
      const { fields = new Map<string, string>() } = event ?? {};
      // The last of the reports, of programs, has neither the account nor the result.
      if (event !== undefined && / (?:yes|no)$/.test(rest)) {
        expect(rest.endsWith(' yes')).toBe(resultOf(event) === 'success');
        expect(rest).toContain(fields.get('acct') ?? '');
      }
      expect(rest).toContain(fields.get('exe') ?? '');
      if (rest.includes('198.51.100.77')) expect(fields.get('addr')).toBe('198.51.100.77');
    }
  });
});
