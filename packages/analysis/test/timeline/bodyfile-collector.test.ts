import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/engine/analyze.js';
import type { EvidenceFile, EvidenceReader } from '../../src/evidence/evidence-file.js';
import { bodyfileLine } from '../../src/timeline/bodyfile.js';
import { bodyfileAnalysis, bodyfileOf } from '../../src/timeline/bodyfile-collector.js';

const HEAD = 'path\ttype\tmode_octal\tuid\tgid\tsize\tatime\tmtime\tctime\tinode\tlink';
const LIST = [
  HEAD,
  'etc/passwd\tf\t644\t0\t42\t1204\t1795143925.5\t1795143926.9\t1795143927\t131\t',
  'var/tmp/.x\td\t1777\t33\t33\t4096\t1795143925\t1795143925\t1795143925\t132\t',
];

function file(path: string, text = '', more: Partial<EvidenceFile> = {}): EvidenceFile {
  const content = async function* () {
    yield Buffer.from(text);
  };
  return {
    path,
    type: 'file',
    sizeBytes: text.length,
    mode: 0o644,
    uid: 0,
    gid: 7,
    mtime: 9,
    content,
    ...more,
  };
}

const evidence = (files: readonly EvidenceFile[]): EvidenceReader => ({
  async *files() {
    yield* files;
  },
});

async function bodyfile(files: readonly EvidenceFile[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyfileOf(evidence(files))) chunks.push(chunk);
  const made = Buffer.concat(chunks).toString();
  const lines: string[] = [];
  const indicators = { addresses: [], domains: [], ports: [] };
  const context = { artifact: 'a', acquiredAt: '2026-11-20T03:37:00Z', indicators };
  const analyses = [bodyfileAnalysis((line) => lines.push(line))];
  for await (const result of analyze(evidence(files), analyses, context)) expect(result).toBeUndefined();
  // As one analysis among others it says the same.
  expect(lines.join('')).toBe(made);
  return made;
}

describe('the bodyfile of evidence', () => {
  it('is the list of the whole file system where a collection has one', async () => {
    const made = await bodyfile([
      file('fs/etc/passwd', 'root'),
      file('meta', '', { type: 'directory' }),
      file('meta/files.tsv', LIST.join('\n')),
    ]);
    expect(made).toBe(
      '0|/etc/passwd|131|r/rrw-r--r--|0|42|1204|1795143925|1795143926|1795143927|0\n' +
        '0|/var/tmp/.x|132|d/drwxrwxrwt|33|33|4096|1795143925|1795143925|1795143925|0\n',
    );
  });

  it('is what was walked where there is none', async () => {
    expect(await bodyfile([file('fs/etc/passwd', 'root')])).toBe(
      '0|/etc/passwd|0|r/rrw-r--r--|0|7|4|0|9|0|0\n',
    );
    expect(await bodyfile([file('etc/passwd', 'root')])).toBe('0|/etc/passwd|0|r/rrw-r--r--|0|7|4|0|9|0|0\n');
  });
});

const hasMactime = spawnSync('sh', ['-c', 'command -v mactime']).status === 0;

describe.skipIf(!hasMactime)('the bodyfile, read by mactime of The Sleuth Kit', () => {
  function mactime(text: string): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-mactime-'));
    try {
      const path = join(folder, 'bodyfile.txt');
      writeFileSync(path, text);
      const options = { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } } as const;
      return execFileSync('mactime', ['-b', path, '-d', '-y'], options)
        .trimEnd()
        .split('\n')
        .slice(1)
        .filter((row) => !row.startsWith('0000'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('gives the times, modes, owners and names that went in', async () => {
    const made = await bodyfile([file('meta/files.tsv', LIST.join('\n'))]);
    const rows = mactime(`# a remark\n${made}`);
    expect(rows).toContain('2026-11-20T03:05:25Z,4096,mac.,d/drwxrwxrwt,33,33,132,"/var/tmp/.x"');
    expect(rows).toContain('2026-11-20T03:05:26Z,1204,m...,r/rrw-r--r--,0,42,131,"/etc/passwd"');
    expect(rows).toContain('2026-11-20T03:05:27Z,1204,..c.,r/rrw-r--r--,0,42,131,"/etc/passwd"');
  });

  it('has a line for every file, whatever its name', () => {
    const names = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), {
      numRuns: 60,
      seed: 7,
    });
    const facts = {
      type: 'file',
      mode: 0o644,
      uid: 1,
      sizeBytes: 5,
      mtime: 1795143925,
      ctime: 1795143925,
    } as const;
    const hostile = ['a|b', 'c\nd', '"; rm -rf /', '#x', '%41', '\u202e'].concat(names);
    const text = hostile
      .map((name) => bodyfileLine({ ...facts, path: `/tmp/${name}`, atime: 1795143925 }))
      .join('');
    expect(text.split('\n')).toHaveLength(hostile.length + 1);
    const rows = mactime(text);
    expect(rows).toHaveLength(new Set(hostile).size);
    for (const name of ['a|b', 'c\\x0ad', '%41'])
      expect(rows.some((row) => row.endsWith(`"/tmp/${name}"`))).toBe(true);
  });
});
