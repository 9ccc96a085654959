import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import prelude from '../../../src/aws/prelude.sh';
import script from '../../../src/steps/contain/connections.sh';
import { parseLook } from '../../../src/steps/contain/host-look.js';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connections-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A socket as `ss -tinH` of iproute2 6.1 prints it. */
const socket = (local: string, remote: string, counters: string) =>
  `ESTAB 0      0      ${local} ${remote}\n\t cubic wscale:7,7 rto:204 rtt:0.1/0.05 mss:1448 cwnd:10 ${counters} segs_out:9\n`;

/** Lets the script see `before` at its first look and `after` at its second. */
async function look(before: string, after: string) {
  await writeFile(join(folder, 'before'), before);
  await writeFile(join(folder, 'after'), after);
  const ss = join(folder, 'ss');
  await writeFile(
    ss,
    `#!/bin/bash\ncd "${folder}"\nif [[ -e seen ]]; then cat after; else touch seen; cat before; fi\n`,
  );
  await chmod(ss, 0o755);
  const parameters = Buffer.from('{"interval":"0"}').toString('base64');
  const { stdout } = await run('bash', ['-c', `${prelude}\n${script}`], {
    env: { PATH: `${folder}:${process.env['PATH']}`, CORDON_PARAMS: parameters, CORDON_KEY: 'k' },
  });
  return stdout;
}

describe('the look at connections', () => {
  it('tells the connections whose peer still acknowledges or sends', async () => {
    const before = [
      socket('10.20.3.44:49812', '203.0.113.66:4444', 'bytes_sent:100 bytes_acked:101 bytes_received:50'),
      socket('10.20.3.44:22', '10.20.9.9:51000', 'bytes_sent:10 bytes_acked:10'),
    ];
    const after = [
      socket('10.20.3.44:49812', '203.0.113.66:4444', 'bytes_sent:400 bytes_acked:301 bytes_received:60'),
      socket('10.20.3.44:22', '10.20.9.9:51000', 'bytes_sent:10 bytes_acked:10'),
    ];
    expect(parseLook(await look(before.join(''), after.join('')))).toEqual([
      { local: '10.20.3.44:49812', remote: '203.0.113.66:4444', bytes: 210 },
    ]);
  });

  it('does not take what is only sent again for a live connection', async () => {
    const at = (sent: number) =>
      socket(
        '10.20.3.44:49812',
        '203.0.113.66:4444',
        `bytes_sent:${sent} bytes_retrans:${sent} bytes_acked:7`,
      );
    expect(parseLook(await look(at(100), at(900)))).toEqual([]);
  });

  it('leaves out what never leaves the host, and reads IPv6', async () => {
    const at = (n: number) =>
      [
        socket('127.0.0.1:9000', '127.0.0.1:40000', `bytes_acked:${n}`),
        socket('[::1]:9000', '[::1]:40000', `bytes_acked:${n}`),
        socket('[2001:db8:20:3::44]%ens5:50000', '[2001:db8::1]:443', `bytes_acked:${n}`),
      ].join('');
    expect(parseLook(await look(at(1), at(5)))).toEqual([
      { local: '[2001:db8:20:3::44]:50000', remote: '[2001:db8::1]:443', bytes: 4 },
    ]);
  });

  it('lets nothing hostile through in the name of an interface', async () => {
    const at = (n: number) => socket('10.0.0.1%";rm:22', '203.0.113.66:4444', `bytes_acked:${n}`);
    const stdout = await look(at(1), at(2));
    expect(stdout).not.toContain('rm');
    expect(JSON.parse(stdout)).toEqual({ connections: 1, live: '10.0.0.1:22 203.0.113.66:4444 1' });
  });

  it('asks for no /dev/fd, which bare hosts do not have', () => {
    expect(script).not.toMatch(/[<>]\(/);
  });

  it('counts connections that came or went between the looks, and calls them not live', async () => {
    const at = (remote: string, n: number) => socket('10.0.0.1:22', remote, `bytes_acked:${n}`);
    const stdout = await look(at('203.0.113.1:1', 5), at('203.0.113.2:2', 9));
    expect(JSON.parse(stdout)).toEqual({ connections: 1, live: '' });
    expect(JSON.parse(await look('', ''))).toEqual({ connections: 0, live: '' });
  });

  it('stays short on a host with thousands of connections', async () => {
    const at = (n: number) =>
      Array.from({ length: 5000 }, (_, i) =>
        socket(`10.0.0.1:${i + 1024}`, '203.0.113.66:4444', `bytes_acked:${n * (i + 1)}`),
      ).join('');
    const stdout = await look(at(1), at(2));
    expect(stdout.length).toBeLessThan(24_000);
    expect(JSON.parse(stdout)).toMatchObject({ connections: 5000 });
    expect(parseLook(stdout)[0]?.bytes).toBe(5000);
  });

  it.each(['', '{}', '{"connections":1}', 'HOST SAYS NO', '[]'])('refuses the answer %j', (text) => {
    expect(() => parseLook(text)).toThrow(expect.objectContaining({ code: 'HOST_ANSWER' }));
  });
});
