import { describe, expect, it } from 'vitest';
import { logIntegrityAnalysis } from '../../src/analyses/logs/integrity-analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import type { EvidenceFile, EvidenceReader } from '../../src/evidence/evidence-file.js';
import { memoryReader } from '../evidence/evidence.js';
import { CONTEXT, resultsOf, told } from './run.js';

const START = Date.parse('2026-11-18T00:00:00Z');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
function line(
  minute: number,
  message = 'CRON[1]: pam_unix(cron:session): session closed for user root',
): string {
  const at = new Date(START + minute * 60_000);
  const day = String(at.getUTCDate()).padStart(2);
  return `${MONTHS[at.getUTCMonth()]} ${day} ${at.toISOString().slice(11, 19)} web ${message}`;
}
const everyTwoMinutes = Array.from({ length: 1200 }, (_, index) => index * 2);

/** The same, on a disk where something else was written ten minutes later. */
function withNewer(files: { readonly [path: string]: string | Uint8Array }): EvidenceReader {
  const atSeconds = Date.parse('2026-11-20T03:00:00Z') / 1000;
  return {
    async *files(wants) {
      yield* memoryReader(files, atSeconds).files(wants);
      yield* memoryReader({ 'fs/var/lib/dhcp/lease': '' }, atSeconds + 600).files(wants);
    },
  };
}

describe('the integrity of logs', () => {
  it('says nothing of a steady log', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/auth.log': everyTwoMinutes.map((minute) => line(minute)).join('\n'),
    });
    expect(bad).toEqual([]);
  });

  it('tells a silence that is far longer than all others, with the line after it', async () => {
    const cut = everyTwoMinutes.filter((minute) => minute < 600 || minute > 1000);
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': cut.map((minute) => line(minute)).join('\n') });
    expect(told(bad)).toEqual(['log.gap file:/var/log/auth.log fs/var/log/auth.log:301']);
    expect(bad[0]).toMatchObject({ at: '2026-11-18T09:58:00.000Z', severity: 'low' });
  });

  it('takes a restart for an explanation', async () => {
    const cut = everyTwoMinutes.filter((minute) => minute < 600 || minute > 1000);
    const lines = cut.map((minute) =>
      line(minute, minute === 1002 ? 'kernel: Linux version 6.1.0' : undefined),
    );
    expect((await resultsOf({ 'fs/var/log/syslog': lines.join('\n') })).bad).toEqual([]);
  });

  it('does not judge a log that is often silent', async () => {
    const rare = Array.from({ length: 600 }, (_, index) => line(index * 4 + (index % 7 === 0 ? 3 : 0)));
    expect((await resultsOf({ 'fs/var/log/messages': rare.slice(0, 400).join('\n') })).bad).toEqual([]);
  });

  it('tells NUL bytes, which an emptied log is filled with', async () => {
    const text = `${'\0'.repeat(5000)}${line(3)}\n${line(4)}\n`;
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': text });
    expect(told(bad)).toEqual(['log.hole file:/var/log/auth.log fs/var/log/auth.log:1']);
  });

  it('takes NUL bytes at the very end for what a snapshot of a running server has not of it yet', async () => {
    const text = `${line(3)}\n${line(4)}\n${'\0'.repeat(700)}`;
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': text });
    expect(told(bad)).toEqual(['log.hole file:/var/log/auth.log fs/var/log/auth.log:3']);
    expect(bad[0]).toMatchObject({ severity: 'low' });
    const within = await resultsOf({ 'fs/var/log/auth.log': `${text}\n${line(5)}\n` });
    expect(within.bad[0]).toMatchObject({ severity: 'medium' });
  });

  it('takes them for overwritten where the log had been left alone, or where they are too many', async () => {
    const text = `${line(3)}\n${line(4)}\n`;
    const old = await resultsOf(withNewer({ 'fs/var/log/auth.log': `${text}${'\0'.repeat(700)}` }));
    expect(told(old.bad)).toEqual(['log.hole file:/var/log/auth.log fs/var/log/auth.log:3']);
    expect(old.bad[0]).toMatchObject({ severity: 'medium' });
    const many = await resultsOf({ 'fs/var/log/auth.log': `${text}${'\0'.repeat(70_000)}` });
    expect(many.bad[0]).toMatchObject({ severity: 'medium' });
  });

  it('tells a log that leads to /dev/null', async () => {
    const link: EvidenceFile = {
      path: 'fs/var/log/auth.log',
      type: 'symlink',
      sizeBytes: 0,
      linkTarget: '/dev/null',
      async *content() {},
    };
    const reader = {
      async *files() {
        yield link;
      },
    };
    const rules: string[] = [];
    for await (const result of analyze(reader, [logIntegrityAnalysis()], CONTEXT))
      if (result.kind === 'observation') rules.push(result.observation.rule);
    expect(rules).toEqual(['log.discarded']);
  });
});

describe('login records', () => {
  const record = (type: number, user: string, host: string) => {
    const bytes = Buffer.alloc(384);
    bytes.writeInt16LE(type, 0);
    bytes.write('pts/1', 8);
    bytes.write(user, 44);
    bytes.write(host, 76);
    bytes.writeInt32LE(1_795_140_000, 340);
    return bytes;
  };

  it('become a timeline; erased ones and the finding’s addresses are told', async () => {
    const wtmp = Buffer.concat([
      record(2, 'reboot', '6.1'),
      record(7, 'admin', '192.0.2.10'),
      Buffer.alloc(384),
      record(7, 'deploy', '203.0.113.66'),
    ]);
    const { bad, events } = await resultsOf({ 'fs/var/log/wtmp': wtmp });
    expect(
      bad
        .filter(({ rule }) => rule !== 'indicator.in-file')
        .map(({ rule, evidence }) => [rule, evidence[0]?.offsetBytes]),
    ).toEqual([
      ['log.login-from-indicator', 1152],
      ['log.login-erased', 768],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['login.boot', 'login.login', 'login.login']);
  });
});

describe('login records at the end of a file', () => {
  const boot = () => {
    const bytes = Buffer.alloc(384);
    bytes.writeInt16LE(2, 0);
    bytes.write('reboot', 44);
    bytes.writeInt32LE(1_795_140_000, 340);
    return bytes;
  };

  it('that are zeros may not have been written yet', async () => {
    const { bad } = await resultsOf({ 'fs/var/log/wtmp': Buffer.concat([boot(), Buffer.alloc(768)]) });
    const [erased] = bad.filter(({ rule }) => rule === 'log.login-erased');
    expect(erased).toMatchObject({ severity: 'low', evidence: [{ offsetBytes: 384 }, { offsetBytes: 768 }] });
  });

  it('that are zeros were erased where nobody had logged in just before', async () => {
    const wtmp = Buffer.concat([boot(), Buffer.alloc(768)]);
    const { bad } = await resultsOf(withNewer({ 'fs/var/log/wtmp': wtmp }));
    const [erased] = bad.filter(({ rule }) => rule === 'log.login-erased');
    expect(erased).toMatchObject({
      severity: 'high',
      evidence: [{ offsetBytes: 384 }, { offsetBytes: 768 }],
    });
  });
});

describe('the time zone', () => {
  it('is the suspect’s own', async () => {
    const failures = Array.from({ length: 30 }, (_, index) =>
      line(index, 'sshd[1]: Failed password for root from 198.51.100.7 port 1 ssh2'),
    );
    const { bad } = await resultsOf({
      'fs/etc/timezone': 'Europe/Berlin\n',
      'fs/var/log/auth.log': failures.join('\n'),
    });
    expect(bad[0]?.at).toBe('2026-11-17T23:00:00.000Z');
    const evil = await resultsOf({
      'fs/etc/timezone': '../../etc\0\n',
      'fs/var/log/auth.log': failures.join('\n'),
    });
    expect(evil.bad[0]?.at).toBe('2026-11-18T00:00:00.000Z');
  });
});
