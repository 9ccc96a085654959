import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { disposeHosts, makeHost, strict } from './make-host.js';

afterEach(disposeHosts);

const ask = async (text: string, host = makeHost()) => host.run(strict(text));

describe('a simulated host', () => {
  it('runs bash for real in its private root, unprivileged and with a clean environment', async () => {
    process.env['A_SECRET_OF_THE_TESTS'] = 'x';
    const { stdout, exitCode } = await ask(
      'id -u; env | cut -d= -f1 | sort | tr "\\n" " "; cat "$CORDON_ROOT/etc/hostname"',
    );
    expect(exitCode).toBe(0);
    const [uid = '', names = ''] = stdout.split('\n');
    expect(Number(uid)).not.toBe(0);
    expect(names).not.toContain('A_SECRET');
    expect(stdout).toContain('ip-10-20-3-44');
  });

  it('is cut off from the files of the machine it runs on', async () => {
    const { stdout } = await ask(
      'touch "$CORDON_ROOT/../escaped" /etc/escaped 2>&1 || true; ls -d "$CORDON_ROOT"/../escaped 2>&1 || true',
    );
    expect(stdout).toMatch(/Permission denied/);
    expect(existsSync('/etc/escaped')).toBe(false);
  });

  it('uses sh unless the first line says otherwise, so that a failed pipe passes unseen', async () => {
    const host = makeHost();
    expect((await host.run('false | true\necho "$0"')).exitCode).toBe(0);
    expect((await host.run(strict('false | true'))).exitCode).toBe(1);
    expect((await host.run('[[ a == a ]] && echo bash')).stdout).toBe('');
  });

  it('leaves every script on the disk, as the agent does', async () => {
    const host = makeHost();
    await host.run('true # marked');
    const path = join(
      host.root,
      'var/lib/amazon/ssm/i-0f3a9c51d2b7e8460/document/orchestration/1/_script.sh',
    );
    expect(readFileSync(path, 'utf8')).toContain('marked');
  });

  it('lives in virtual time', async () => {
    const host = makeHost();
    const { stdout, seconds } = await host.run(
      strict('date -u +%FT%TZ; sleep 90; date -u +%FT%TZ; cut -d" " -f1 "$CORDON_ROOT/proc/uptime"'),
    );
    expect(stdout.split('\n').slice(0, 2)).toEqual(['2026-11-20T03:40:00Z', '2026-11-20T03:41:30Z']);
    expect(seconds).toBeGreaterThan(90);
    const btime = Number(/btime (\d+)/.exec(readFileSync(join(host.root, 'proc/stat'), 'utf8'))?.[1]);
    expect(Number(stdout.split('\n')[2])).toBeCloseTo(Date.parse('2026-11-20T03:40:00Z') / 1000 - btime, 0);
  });

  it('is held by a background child that keeps stdout open', async () => {
    const { seconds } = await ask('sleep 600 & echo started');
    expect(seconds).toBeGreaterThan(600);
    expect((await ask('sleep 600 >/dev/null 2>&1 & echo started')).stdout).toBe('started\n');
  });

  it('refuses tools that would answer about the wrong machine', async () => {
    const { exitCode, stderr } = await ask('ps aux');
    expect(exitCode).toBe(127);
    expect(stderr).toContain('not simulated');
  });

  it('knows its own kernel and name', async () => {
    expect((await ask('uname -r; uname -m; hostname')).stdout).toBe(
      '6.1.0-28-cloud-amd64\nx86_64\nip-10-20-3-44\n',
    );
  });

  it('is removed with everything in it', async () => {
    const host = makeHost();
    await host.run('true');
    await host.dispose();
    expect(existsSync(host.root)).toBe(false);
  });

  it('keeps setuid bits of the planted tree', async () => {
    const host = makeHost();
    expect(statSync(join(host.root, 'var/tmp/.x/.sh')).mode & 0o7777).toBe(0o4755);
  });
});
