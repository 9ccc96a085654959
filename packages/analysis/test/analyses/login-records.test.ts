import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const AT = Date.parse('2026-11-20T02:00:00Z') / 1000;

interface Login {
  readonly type?: number;
  readonly host?: string;
  readonly seconds: number;
  readonly line?: string;
  readonly user?: string;
}

function utmp(logins: readonly Login[], size: 384 | 400 = 384): Buffer {
  return Buffer.concat(
    logins.map(({ type = 7, host = '', seconds, line = 'pts/0', user = 'deploy' }) => {
      const bytes = Buffer.alloc(size);
      bytes.writeInt16LE(type, 0);
      bytes.write(line, 8);
      bytes.write(user, 44);
      bytes.write(host, 76);
      if (size === 384) bytes.writeInt32LE(seconds, 340);
      else bytes.writeBigInt64LE(BigInt(seconds), 344);
      return bytes;
    }),
  );
}

function lastlog(uid: number, seconds: number, line = 'pts/4'): Buffer {
  const bytes = Buffer.alloc((uid + 1) * 292);
  bytes.writeInt32LE(seconds, uid * 292);
  bytes.write(line, uid * 292 + 4);
  bytes.write('198.51.100.77', uid * 292 + 36);
  return bytes;
}

const refusals = (host: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ type: 6, host, seconds: AT + at * 5, line: 'ssh:notty' }));

describe('records of logins', () => {
  it('show an address that was refused, and then let in', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/btmp': utmp(refusals('198.51.100.77', 60)),
      'fs/var/log/wtmp': utmp([{ host: '198.51.100.77', seconds: AT + 600 }]),
    });
    expect(told(bad)).toEqual([
      'log.login-refused ip:198.51.100.77 fs/var/log/btmp:-',
      'log.login-after-refusals user:deploy fs/var/log/wtmp:-',
    ]);
  });

  it('say little of an address that was only refused, and nothing of a few refusals', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/btmp': utmp([...refusals('198.51.100.77', 60), ...refusals('192.0.2.1', 5)]),
    });
    expect(bad.map(({ severity, entity }) => [severity, entity])).toEqual([['low', 'ip:198.51.100.77']]);
  });

  it('show a login that lastlog has and wtmp no longer has', async () => {
    const around = [
      { host: '192.0.2.7', seconds: AT - 86_400 },
      { host: '192.0.2.7', seconds: AT + 7200 },
    ];
    const cleaned = await resultsOf({
      'fs/var/log/wtmp': utmp(around),
      'fs/var/log/lastlog': lastlog(1001, AT),
    });
    expect(told(cleaned.bad)).toEqual(['log.login-missing user:uid 1001 fs/var/log/lastlog:-']);
    const kept = await resultsOf({
      'fs/var/log/wtmp': utmp([...around, { host: '198.51.100.77', seconds: AT + 1 }]),
      'fs/var/log/lastlog': lastlog(1001, AT),
    });
    expect(kept.bad).toEqual([]);
  });

  it('of aarch64 are read in rotated and packed files too', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/wtmp-20261101.gz': gzipSync(
        utmp(
          [
            { host: '203.0.113.66', seconds: AT },
            { host: '', seconds: AT },
          ],
          400,
        ),
      ),
    });
    expect(bad.map(({ rule, at }) => [rule, at])).toContainEqual([
      'log.login-from-indicator',
      '2026-11-20T02:00:00.000Z',
    ]);
  });
});
