import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observation } from '@cordon/core';
import { plantTree } from '@cordon/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, installCli, startCli } from '../world/installed-cli.js';
import { FINDING } from '../world/scene.js';

let project = '';

beforeAll(async () => {
  project = await installCli();
  plantTree(join(project, 'planted'));
  plantTree(join(project, 'clean'), { intruder: 'absent' });
  execFileSync('tar', ['czf', 'planted.tar.gz', '-C', 'planted', 'etc', 'var', 'root', 'home'], {
    cwd: project,
  });
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

function analyze(...words: readonly string[]): Promise<Ended> {
  return startCli(project, ['analyze', ...words], { cwd: project }).ended;
}

const TAKEN = ['--acquired', '2026-11-20T04:30:00Z'];

async function observationsIn(folder: string): Promise<readonly Observation[]> {
  const text = await readFile(join(project, folder, 'observations.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('cordon analyze', () => {
  it('finds in a folder what was planted, the worst first, and keeps the results', async () => {
    const { exit, stdout, stderr } = await analyze('planted', ...TAKEN, '-f', FINDING, '--out', 'results');
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^planted {2}found \d+ critical, \d+ high/);
    expect(stdout).toMatch(/critical +T1053\.003 +.*etc\/cron\.d\/sysstat-update:\d+/);
    expect(stdout).toMatch(/critical +T1505\.003 +Web shell: .*cache\.php:\d+/);
    expect(stdout.indexOf('critical  T')).toBeLessThan(stdout.indexOf('medium  '));
    const rules = (await observationsIn('results')).map(({ rule }) => rule);
    expect(rules).toContain('log.ssh-brute-force-success');
    const [first = ''] = (await readFile(join(project, 'results/timeline.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(first)).toMatchObject({
      datetime: expect.any(String),
      timestamp_desc: expect.any(String),
    });
    const page = await readFile(join(project, 'results/report.html'), 'utf8');
    expect(page).toContain('203.0.113.66');
    expect(page).toContain('made from evidence alone');
  });

  it('keeps them for other tools, too', async () => {
    const read = (file: string) => readFile(join(project, 'results', file), 'utf8');
    expect(await read('indicators.csv')).toContain('ip,"203.0.113.66"\n');
    expect(JSON.parse(await read('indicators.stix.json'))).toMatchObject({ type: 'bundle' });
    const [finding = ''] = (await read('findings.ocsf.jsonl')).split('\n');
    expect(JSON.parse(finding)).toMatchObject({ class_uid: 2004 });
    expect(JSON.parse((await read('findings.asff.jsonl')).trim())).toHaveProperty('Findings');
    expect(await read('bodyfile.txt')).toMatch(/^0\|\/etc\/cron\.d\/sysstat-update\|\d+\|r\/r/m);
    for (const file of ['athena.sql', 'cloudtrail-lake.sql', 'indicators.yar', 'osquery.json', 'sigma.yml'])
      expect(await read(`hunt/${file}`)).toContain('203.0.113.66');
  });

  it('applies rules of the user, and says which of them are wrong', async () => {
    const rule = (condition: string) =>
      `title: Mine\nid: mine-1\nlevel: critical\nlogsource: { category: webserver }\ndetection:\n  s:\n    cs-method: POST\n  condition: ${condition}\n`;
    mkdirSync(join(project, 'rules'), { recursive: true });
    writeFileSync(join(project, 'rules/good.yml'), rule('s'));
    writeFileSync(join(project, 'rules/bad.yml'), rule('t'));
    const { exit, stdout } = await analyze('planted', ...TAKEN, '--rules', 'rules', '--limit', '400');
    expect(stdout).toMatch(/critical.*Mine/);
    expect(stdout).toMatch(/SIGMA_RULE_ERROR.*bad\.yml:8/);
    expect(exit).toBe(3);
  });

  it('finds the same in a tar, and names its hash on the page', async () => {
    const { exit, stdout } = await analyze('planted.tar.gz', ...TAKEN, '-o', 'from-tar');
    expect(stdout).toMatch(/critical +T1053\.003 +.*etc\/cron\.d\/sysstat-update:\d+/);
    expect(exit).toBe(0);
    const [sha256 = ''] = execFileSync('sha256sum', ['planted.tar.gz'], {
      cwd: project,
      encoding: 'utf8',
    }).split(' ');
    expect(await readFile(join(project, 'from-tar/report.html'), 'utf8')).toContain(sha256);
    const [observation] = await observationsIn('from-tar');
    expect(observation?.evidence[0]?.artifact).toBe('planted.tar.gz');
  });

  it('finds nothing on the same host without an intruder', async () => {
    const { stdout, exit } = await analyze('clean', ...TAKEN);
    expect(stdout).toMatch(/^clean {2}found (nothing|\d+ info) /);
    expect(exit).toBe(0);
  });

  it('says that it could not read all, and what it found before', async () => {
    const bytes = readFileSync(join(project, 'planted.tar.gz'));
    writeFileSync(join(project, 'cut.tar.gz'), bytes);
    truncateSync(join(project, 'cut.tar.gz'), Math.floor(bytes.length / 2));
    const { exit, stdout } = await analyze('cut.tar.gz', ...TAKEN);
    expect(exit).toBe(3);
    expect(stdout).toContain('ARCHIVE_DAMAGED');
    expect(stdout).toContain('sysstat-update');
  });

  it('shows file names that are escape sequences as what they are', async () => {
    const folder = join(project, 'hostile/var/www/html');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '\u001b[2J\u202ephp.\u0007.php'), '<?php system($_GET["c"]); ?>');
    for (const words of [[], ['--json']]) {
      const { stdout } = await analyze('hostile', ...words, ...TAKEN);
      expect(stdout).toContain('Web shell');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
    }
  });

  it('never writes over results, nor into the evidence', async () => {
    await analyze('clean', ...TAKEN, '-o', 'once');
    const before = await stat(join(project, 'once/report.html'));
    const again = await analyze('clean', ...TAKEN, '-o', 'once');
    expect(again).toMatchObject({ exit: 2, stdout: '' });
    expect(again.stderr).toContain('cordon: NOT_WRITTEN:');
    expect((await stat(join(project, 'once/report.html'))).mtimeMs).toBe(before.mtimeMs);
    const within = await analyze('clean', '-o', 'clean/tmp/results');
    expect(within.stderr).toContain('it lies within the evidence');
  });

  it('says what it cannot analyse', async () => {
    expect((await analyze('nowhere')).stderr).toContain('cordon: NO_EVIDENCE:');
    expect((await analyze('clean', '--acquired', 'noon')).stderr).toContain('cordon: USAGE:');
    expect((await analyze('clean', '--time-zone', 'Mars/Base')).stderr).toContain('cordon: USAGE:');
  });
});
