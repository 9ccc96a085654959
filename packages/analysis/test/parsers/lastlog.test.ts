import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LastLogin, LastlogParser, lastlogRecordBytes } from '../../src/parsers/lastlog.js';

function file(size: 292 | 296): Buffer {
  const bytes = Buffer.alloc(1002 * size);
  for (const [uid, seconds, host] of [
    [0, 1_763_608_312, '198.51.100.7'],
    [1000, 1_763_600_000, 'bastion.example'],
  ] as const) {
    const at = uid * size;
    if (size === 292) bytes.writeInt32LE(seconds, at);
    else bytes.writeBigInt64LE(BigInt(seconds), at);
    bytes.write('pts/3', at + size - 288);
    bytes.write(host, at + size - 256);
  }
  return bytes;
}

function parse(bytes: Buffer, size: 292 | 296, chunk = 1000): readonly LastLogin[] {
  const logins: LastLogin[] = [];
  const parser = new LastlogParser(size, (login) => logins.push(login));
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  return logins;
}

/** shadow's own reader, with accounts and log of ours; it may only be there for root. */
function theirs(log: Buffer): string | undefined {
  const root = mkdtempSync(join(tmpdir(), 'cordon-lastlog-'));
  mkdirSync(join(root, 'etc'));
  mkdirSync(join(root, 'var/log'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nadmin:x:1000:1000::/:/bin/sh\n');
  writeFileSync(join(root, 'var/log/lastlog'), log);
  try {
    return execFileSync('lastlog', ['-R', root], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC0', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  } finally {
    rmSync(root, { recursive: true });
  }
}

const told = theirs(file(292));

describe('lastlog', () => {
  it.each([292, 296] as const)('is read by the place of each account: records of %i bytes', (size) => {
    expect(lastlogRecordBytes(1002 * size)).toBe(size);
    expect(parse(file(size), size)).toEqual([
      { uid: 0, line: 'pts/3', host: '198.51.100.7', atMs: 1_763_608_312_000, offsetBytes: 0 },
      {
        uid: 1000,
        line: 'pts/3',
        host: 'bastion.example',
        atMs: 1_763_600_000_000,
        offsetBytes: 1000 * size,
      },
    ]);
  });

  it.runIf(told !== undefined)('agrees with the lastlog of Debian', () => {
    const rows = (told ?? '').split('\n').filter((row) => row.includes('pts/3'));
    const parsed = rows.map((row) => {
      const [, user, line, host, time] = /^(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
      return {
        uid: user === 'root' ? 0 : 1000,
        line,
        host,
        atMs: Date.parse((time ?? '').replace(' +0000', ' UTC')),
      };
    });
    expect(parsed).toEqual(parse(file(292), 292).map(({ offsetBytes: _, ...login }) => login));
  });

  it('never throws, and tells no more than there is room for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 700 }), (bytes, chunk) => {
        for (const size of [292, 296] as const)
          expect(parse(Buffer.from(bytes), size, chunk).length).toBeLessThanOrEqual(bytes.length / size);
      }),
    );
  });
});
