import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/engine/line-splitter.js';
import { LineTimes } from '../../src/parsers/line-times.js';
import { SyslogParser, type SyslogRecord } from '../../src/parsers/syslog.js';
import { SyslogHeads } from '../../src/parsers/syslog-heads.js';
import { InterestIndex } from '../../src/parsers/syslog-interest.js';

const OPTIONS = { notAfterMs: Date.parse('2026-11-20T04:00:00Z'), timeZone: 'Europe/Berlin' };
const SSH = { interest: { sshd: 'FA' } };
const SUDO = { interest: { sudo: '', sshd: 'C' } };
const INDEX = new InterestIndex([SSH, SUDO]);

/** One of each reads all that is tried, as if it stood in one log: what they remember must not matter. */
const parser = new SyslogParser(OPTIONS);
const heads = new SyslogHeads(INDEX, OPTIONS);
const times = new LineTimes(OPTIONS);

interface Heard {
  readonly record: SyslogRecord;
  readonly by: readonly object[];
}

/** What is heard of a log, read in bytes where that can be done. */
function inBytes(log: Buffer) {
  const heard: Heard[] = [];
  let odd = 0;
  const splitter = new LineSplitter((line) => {
    const reading = heads.read(line);
    if (reading === 'wanted') heard.push({ record: heads.record(line), by: heads.listeners });
    if (reading !== 'odd') return;
    odd += 1;
    heard.push(...wanted(parser.parse(line.text)));
  });
  splitter.push(log);
  splitter.end();
  return { heard, odd };
}

function wanted(record: SyslogRecord | undefined): readonly Heard[] {
  const by = record === undefined ? [] : INDEX.listenersOf(record.program, record.message);
  return record === undefined || by.length === 0 ? [] : [{ record, by }];
}

function inText(log: Buffer): readonly Heard[] {
  return textsOf(log).flatMap((text) => wanted(parser.parse(text)));
}

function textsOf(log: Buffer): readonly string[] {
  const texts: string[] = [];
  const splitter = new LineSplitter(({ text }) => texts.push(text));
  splitter.push(log);
  splitter.end();
  return texts;
}

const USUAL = [
  'Nov 20 03:11:52 web-1 sshd[4242]: Failed password for root from 192.0.2.1 port 4 ssh2',
  'Nov 20 03:11:52 web-1 sshd[4242]: Disconnected from 192.0.2.1 port 4',
  'Nov  3 23:59:60 web-1 sudo:   deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/grüße',
  'Feb 29 03:11:52 w sudo: no year has it but some',
  'Dec 24 03:11:52 wéb /usr/sbin/sshd[1]: Connection closed',
  '2026-11-20T03:11:52.123456+01:00 web-1 sshd[4242]: Accepted publickey for x',
  '2026-11-20T03:11:52,5-0330 web-1 sudo: x : y',
  '2026-11-20T03:11:52Z web-1 CRON[1]: (root) CMD (x)',
  '2026-11-20T03:11:52 web-1 sudo[12]: without a zone',
];

const WORDS = [
  ...['Nov', 'Feb', 'nov', ' ', '  ', '3', '20', '29', '31', '0', 'T', 'Z', ':', ': ', '-', '.', ',', '+'],
  ...['03:11:52', '24:00:00', '23:59:60', '99:99:99', '2026-11-20', '2027-02-30', '0001-01-01'],
  ...['.123', '.1234567890', '+01:00', '-0330', '+1', 'web', 'sshd', 'sudo', 'cron', '/', '[', ']', '[1]'],
  ...['[12345678901]', '[x]', '<34>', '1 ', 'F', 'A', 'C', 'ü', '\ufeff', '\0', '\t'],
];

/** Usual lines with something put in, taken out, or written over; and mere noise. */
const line = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join('')),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        text: fc.constantFrom(...USUAL),
        at: fc.nat(48),
        length: fc.nat(3),
        word: fc.oneof(fc.constant(''), fc.constantFrom(...WORDS)),
      })
      .map(({ text, at, length, word }) => text.slice(0, at) + word + text.slice(at + length)),
  },
);
const log = fc
  .array(line, { minLength: 1, maxLength: 20 })
  .map((lines) => Buffer.from(lines.map((text) => text.replace(/[\r\n]/g, '')).join('\n')));

describe('heads of log lines, read in their bytes', () => {
  it('are read so wherever a log is as usual', () => {
    const usual = Buffer.from(USUAL.join('\n'));
    expect(inBytes(usual)).toEqual({ heard: inText(usual), odd: 0 });
    expect(inText(usual).length).toBe(USUAL.length - 2);
  });

  it('give what the text gives, whatever stands there', () => {
    fc.assert(
      fc.property(log, (bytes) => {
        expect(inBytes(bytes).heard).toEqual(inText(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('give the time that the text gives', () => {
    fc.assert(
      fc.property(log, (bytes) => {
        const splitter = new LineSplitter((read) => {
          const atMs = parser.parse(read.text)?.atMs;
          const has = times.read(read);
          // A stamp alone is a time, too.
          if (atMs !== undefined) expect([has, times.atMs, read.text]).toEqual([true, atMs, read.text]);
        });
        splitter.push(bytes);
        splitter.end();
      }),
      { numRuns: 500 },
    );
  });
});
