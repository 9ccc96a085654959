import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoginRecord, LoginRecordParser, loginRecordBytes } from '../../src/parsers/login-records.js';

function record(type: number, user: string, host: string, seconds: number): Buffer {
  const bytes = Buffer.alloc(384);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt32LE(4242, 4);
  bytes.write('pts/1', 8);
  bytes.write('ts/1', 40);
  bytes.write(user, 44);
  bytes.write(host, 76);
  bytes.writeInt32LE(seconds, 340);
  bytes.writeInt32LE(250_000, 344);
  for (const [index, octet] of host.split('.').map(Number).entries())
    if (index < 4 && octet >= 0) bytes[348 + index] = octet;
  return bytes;
}

function parse(bytes: Buffer, chunk: number, size: 384 | 400 = 384): readonly LoginRecord[] {
  const records: LoginRecord[] = [];
  const parser = new LoginRecordParser(size, (each) => records.push(each));
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  return records;
}

const FILE = Buffer.concat([
  record(2, 'reboot', '6.1.0', 1_763_600_000),
  record(7, 'deploy', '198.51.100.77', 1_763_608_312),
  Buffer.alloc(384),
  record(8, '', '', 1_763_609_000),
]);

const hasUtmpdump = (() => {
  try {
    execFileSync('utmpdump', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

describe('login records', () => {
  it.each([1, 383, 384, 385, 5000])('reads them in chunks of %i bytes, and skips empty ones', (chunk) => {
    const records = parse(FILE, chunk);
    expect(records.map(({ type, user }) => [type, user])).toEqual([
      ['boot', 'reboot'],
      ['login', 'deploy'],
      ['logout', ''],
    ]);
    expect(records[1]).toMatchObject({
      address: '198.51.100.77',
      line: 'pts/1',
      pid: 4242,
      atMs: 1_763_608_312_250,
      offsetBytes: 384,
    });
    expect(records[2]?.offsetBytes).toBe(3 * 384);
  });

  it.runIf(hasUtmpdump)('agrees with utmpdump', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-utmp-'));
    writeFileSync(join(folder, 'wtmp'), FILE);
    const dumped = execFileSync('utmpdump', [join(folder, 'wtmp')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    rmSync(folder, { recursive: true });
    const theirs = dumped
      .trim()
      .split('\n')
      .map((line) => [...line.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]?.trim()));
    const login = theirs.find((fields) => fields[0] === '7');
    const ours = parse(FILE, 384)[1];
    expect([login?.[3], login?.[4], login?.[6]]).toEqual([ours?.user, ours?.line, ours?.address]);
    expect(Date.parse((login?.[7] ?? '').replace(',', '.'))).toBe(ours?.atMs);
  });

  it('knows the longer records of aarch64', () => {
    expect(loginRecordBytes(400 * 3)).toBe(400);
    expect(loginRecordBytes(384 * 25)).toBe(384);
    expect(loginRecordBytes(10)).toBe(384);
  });

  it('never throws, and gives no more than there is room for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 500 }), (bytes, chunk) => {
        expect(parse(Buffer.from(bytes), chunk).length).toBeLessThanOrEqual(bytes.length / 384);
        parse(Buffer.from(bytes), chunk, 400);
      }),
    );
  });
});
