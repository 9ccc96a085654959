import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostNetwork } from '../../src/hosts/network.js';
import { disposeHosts, makeHost, strict } from './make-host.js';

let server: Server;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host} ${request.url}`);
    request.resume();
    request.on('end', () => response.end('hello\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(disposeHosts);
afterAll(() => server.close());

const network = (): HostNetwork => ({
  route: async (name) => {
    if (name.startsWith('blocked')) return { kind: 'closed' };
    if (name.startsWith('nowhere')) return { kind: 'unknown-name' };
    return { kind: 'open', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  },
  sockets: () => [
    {
      protocol: 'tcp',
      state: 'ESTAB',
      local: '10.20.3.44:49812',
      remote: '203.0.113.66:4444',
      bytes: 1000,
      bytesPerSecond: 55,
      process: { name: 'bash', pid: 4708, fd: 0 },
    },
    {
      protocol: 'tcp',
      state: 'ESTAB',
      local: '10.20.3.44:42118',
      remote: '203.0.113.66:3333',
      bytes: 900,
      bytesPerSecond: 0,
    },
    {
      protocol: 'tcp',
      state: 'LISTEN',
      local: '0.0.0.0:31337',
      remote: '0.0.0.0:*',
      bytes: 0,
      bytesPerSecond: 0,
    },
  ],
});

const run = (text: string) => makeHost({}, network()).run(strict(text));

describe('curl on a simulated host', () => {
  it('reaches by name what the network lets it reach', async () => {
    const { stdout, exitCode } = await run('curl -fsS https://bucket.s3.eu-west-1.amazonaws.com/a%20key?x=1');
    expect([exitCode, stdout]).toEqual([0, 'hello\n']);
    expect(seen).toContain('GET bucket.s3.eu-west-1.amazonaws.com /a%20key?x=1');
  });

  it('takes the address from a config on stdin, where no list of processes shows it', async () => {
    const { stdout, exitCode, stderr } = await run(
      'printf \'url = "https://x.example/secret"\\nproto = "=https"\\n\' | curl -fsS -K -',
    );
    expect([exitCode, stdout, stderr]).toEqual([0, 'hello\n', '']);
  });

  it('uploads files and pipes', async () => {
    const { exitCode, seconds } = await run(
      'head -c 6291456 /dev/zero >"$TMPDIR/f"; curl -fsS -T "$TMPDIR/f" https://x.example/f; echo hi | curl -fsS -T - https://x.example/g',
    );
    expect(exitCode).toBe(0);
    expect(seen).toContain('PUT x.example /f');
    expect(seconds).toBeGreaterThan(0.4);
  });

  it('waits for nobody behind a closed group, in virtual time', async () => {
    const { exitCode, stderr, seconds } = await run(
      'curl -sS --connect-timeout 200 https://blocked.example/',
    );
    expect([exitCode, stderr]).toEqual([28, expect.stringContaining('curl: (28)')]);
    expect(seconds).toBeGreaterThanOrEqual(200);
  });

  it('waits again for each retry', async () => {
    const { seconds } = await run('curl -sS --connect-timeout 10 --retry 3 https://blocked.example/');
    expect(seconds).toBeCloseTo(4 * 10 + 7, 0);
  });

  it('does not resolve names that are not', async () => {
    expect(await run('curl -sS https://nowhere.example/')).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('Could not resolve'),
    });
  });
});

describe('ss on a simulated host', () => {
  it('shows counters that grow only while packets pass', async () => {
    const { stdout } = await run('ss -tinH; sleep 5; ss -tinH');
    const acked = [...stdout.matchAll(/bytes_acked:(\d+)/g)].map((found) => Number(found[1]));
    expect(acked).toEqual([1001, 901, 1276, 901]);
  });

  it('shows listeners and processes when asked', async () => {
    const { stdout } = await run('ss -tlnH; ss -tnpH');
    expect(stdout).toMatch(/^LISTEN .*0\.0\.0\.0:31337/m);
    expect(stdout).toContain('users:(("bash",pid=4708,fd=0))');
  });
});
