import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultAnalyses, rulePacks } from '../../src/analyses/default-analyses.js';
import { analyze } from '../../src/engine/analyze.js';
import { loadUserRules, type UserRules } from '../../src/rules/user-rules.js';
import { CONTEXT } from '../analyses/run.js';
import { memoryReader } from '../evidence/evidence.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder = '';
let loaded: UserRules | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterEach(async () => {
  loaded?.close();
  await rm(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function load(...paths: readonly string[]): Promise<UserRules> {
  loaded = await loadUserRules(paths.length === 0 ? [folder] : paths);
  return loaded;
}

const SIGMA = (title: string, logsource: string) =>
  `title: ${title}\nid: ${title}\nlogsource: { ${logsource} }\ndetection:\n  s:\n    CommandLine|contains: frobnicate\n  condition: s\n`;
const ON_COMMANDS = 'product: linux, category: process_creation';
const YARA = 'rule mine { strings: $a = "frobnicate" condition: $a }';

describe('rules of the user', () => {
  it('are taken from folders, Sigma and YARA, and nothing else there is touched', async () => {
    write('sigma/linux/a.yml', SIGMA('a', ON_COMMANDS));
    write('sigma/b.yaml', SIGMA('b', ON_COMMANDS));
    write('yara/c.yar', YARA);
    write('README.md', 'not a rule');
    const { sigma, detectors, notices } = await load();
    expect(notices).toEqual([]);
    expect(sigma.rules.map(({ file }) => file)).toEqual(['sigma/b.yaml', 'sigma/linux/a.yml']);
    expect(detectors).toHaveLength(1);
  });

  it('judge histories and files, beside ours', async () => {
    write('a.yml', SIGMA('mine', ON_COMMANDS));
    write('b.yar', YARA);
    const reader = memoryReader({
      'fs/root/.bash_history': 'frobnicate --now\n',
      'fs/srv/app/x.bin': 'frobnicate',
    });
    const rules: string[] = [];
    for await (const result of analyze(reader, defaultAnalyses(await load()), CONTEXT))
      if (result.kind === 'observation')
        rules.push(`${result.observation.rule} ${result.observation.entity}`);
    expect(rules).toContain('shell.mine user:root');
    expect(rules).toContain('yara.mine file:/srv/app/x.bin');
  });

  it('stand in the record by one hash for each kind, which sha256sum gives too', async () => {
    const texts = { 'b.yml': SIGMA('b', ON_COMMANDS), 'a/c.yml': SIGMA('c', 'category: webserver') };
    for (const [path, text] of Object.entries({ ...texts, 'mine.yar': YARA })) write(path, text);
    const list = (await promisify(execFile)('sha256sum', ['a/c.yml', 'b.yml'], { cwd: folder })).stdout;
    const own = rulePacks();
    expect(rulePacks(await load()).slice(own.length)).toEqual([
      { name: 'Sigma rules of the user (2 files)', sha256: sha256(list) },
      { name: 'mine.yar', sha256: sha256(YARA) },
    ]);
    expect(rulePacks(await load()).slice(0, own.length)).toEqual(own);
  });

  it('that are wrong are told with file and line, and the others work', async () => {
    write('good.yml', SIGMA('good', ON_COMMANDS));
    write('bad.yml', SIGMA('bad', ON_COMMANDS).replace('|contains', '|holds'));
    write('bad.yar', 'rule x {\n  condition:\n    $missing\n}');
    const { sigma, notices } = await load();
    expect(sigma.rules).toHaveLength(1);
    expect(notices.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^SIGMA_RULE_ERROR bad\.yml:6: UNKNOWN_MODIFIER: .*holds/),
      expect.stringMatching(/^YARA_RULE_ERROR bad\.yar:3: /),
    ]);
  });

  it('about logs that are not read here are counted, not silently dropped', async () => {
    write('windows.yml', SIGMA('w', 'product: windows, category: process_creation'));
    const { notices } = await load();
    expect(notices).toMatchObject([
      { code: 'SIGMA_RULES_UNFED', message: expect.stringMatching(/^1 rules/) },
    ]);
  });

  it('that are not there are told', async () => {
    const { notices } = await load(join(folder, 'nowhere'));
    expect(notices).toMatchObject([{ code: 'RULES_UNREADABLE', path: join(folder, 'nowhere') }]);
  });

  it('are not looked for behind links', async () => {
    write('real/a.yml', SIGMA('a', ON_COMMANDS));
    mkdirSync(join(folder, 'named'));
    symlinkSync(join(folder, 'real/a.yml'), join(folder, 'named/link.yml'));
    const { sigma } = await load(join(folder, 'named'));
    expect(sigma.rules).toEqual([]);
  });

  it('reach whoever analyses: their mistakes are among the notices of the analysis', async () => {
    write('bad.yml', 'title: bad\ndetection: { s: { a: b }, condition: t }\n');
    const codes: string[] = [];
    for await (const result of analyze(memoryReader({}), defaultAnalyses(await load()), CONTEXT))
      if (result.kind === 'notice') codes.push(result.notice.code);
    expect(codes).toEqual(['SIGMA_RULE_ERROR']);
  });
});
