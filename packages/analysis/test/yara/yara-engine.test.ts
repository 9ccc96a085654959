import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type YaraEngine, type YaraOptions, yaraEngine } from '../../src/yara/yara-detector.js';

const RULE = `
rule Marked_File : T1505_003 {
  meta:
    description = "a marked file"
    author = "A. Nalyst"
    reference = "https://example.org/marked"
    license = "DRL 1.1"
    score = 80
  strings:
    $mark = "MARKED-BY-THE-TEST"
  condition:
    $mark
}`;
const bytes = (text: string) => Buffer.from(text);
const open: YaraEngine[] = [];

async function ready(options: YaraOptions) {
  const engine = await yaraEngine(options);
  open.push(engine);
  if (engine.kind !== 'ready') throw new Error(engine.reason);
  return engine;
}

const withRule = (text: string, more: Partial<YaraOptions> = {}) =>
  ready({ sources: [{ file: 'rules/x.yar', text }], ...more });

describe('YARA rules of the user', () => {
  afterEach(() => {
    for (const engine of open.splice(0)) if (engine.kind === 'ready') engine.close();
  });

  it('find what they describe, with author, reference and licence', async () => {
    const { detector } = await withRule(RULE);
    const [found] = await detector.inspect({
      path: '/srv/x.php',
      bytes: bytes('a\nb MARKED-BY-THE-TEST c\n'),
    });
    expect(found).toMatchObject({
      rule: 'yara.Marked_File',
      title: 'a marked file',
      severity: 'high',
      techniques: ['T1505.003'],
      line: 2,
      excerpt: 'b MARKED-BY-THE-TEST c',
      confidence: 0.8,
    });
    expect(found?.reasons).toEqual([
      'YARA rule Marked_File of rules/x.yar',
      'author: A. Nalyst, licence: DRL 1.1',
      'reference: https://example.org/marked',
      '$mark at byte 4',
    ]);
    expect(await detector.inspect({ path: '/srv/y.php', bytes: bytes('unmarked') })).toEqual([]);
  });

  it('may ask for the name of the file, as with other scanners', async () => {
    const { detector } = await withRule('rule n { condition: filename == "x.php" and extension == ".php" }');
    expect(await detector.inspect({ path: '/srv/x.php', bytes: bytes('x') })).toHaveLength(1);
    expect(await detector.inspect({ path: '/srv/x.txt', bytes: bytes('x') })).toHaveLength(0);
  });

  it.each(['10', '-5', 'true', '1.5', ''])(
    'scan a file that is called %j, which is no text for the engine',
    async (name) => {
      const { detector } = await withRule(RULE);
      const found = await detector.inspect({ path: `/srv/${name}`, bytes: bytes('MARKED-BY-THE-TEST') });
      expect(found.map(({ rule }) => rule)).toEqual(['yara.Marked_File']);
    },
  );

  it('are told with file and line when they are wrong, and the others still work', async () => {
    const wrong = 'rule w {\n  condition:\n    $missing\n}';
    const { detector, errors } = await ready({
      sources: [
        { file: 'wrong.yar', text: wrong },
        { file: 'right.yar', text: RULE },
      ],
    });
    expect(errors).toMatchObject([{ file: 'wrong.yar', line: 3 }]);
    expect(errors[0]?.message).toMatch(/missing/);
    expect(await detector.inspect({ path: '/x', bytes: bytes('MARKED-BY-THE-TEST') })).toHaveLength(1);
  });

  it('may have the same name in two files, and a global rule binds its own file alone', async () => {
    const { detector, errors } = await ready({
      sources: [
        { file: 'a.yar', text: 'rule same { strings: $a = "one" condition: $a }' },
        { file: 'b.yar', text: 'rule same { strings: $a = "two" condition: $a }' },
        { file: 'c.yar', text: 'global rule never { condition: false }\nrule bound { condition: true }' },
      ],
    });
    expect(errors).toEqual([]);
    const found = await detector.inspect({ path: '/x', bytes: bytes('one two') });
    expect(found.map(({ rule }) => rule)).toEqual(['yara.same', 'yara.same']);
  });

  it('do not hold the analysis up: a file that takes too long is told, the next is scanned', async () => {
    const slow = `rule slow { condition: filename == "slow" and for all i in (0..900000000000) : (uint8(i % filesize) != 7) }`;
    const { detector } = await withRule(`${RULE}\n${slow}`, { fileTimeout: { seconds: 3 } });
    const [told] = await detector.inspect({ path: '/slow', bytes: bytes('x') });
    expect(told).toMatchObject({ rule: 'yara.not-scanned', severity: 'info' });
    const [found] = await detector.inspect({ path: '/next', bytes: bytes('MARKED-BY-THE-TEST') });
    expect(found?.rule).toBe('yara.Marked_File');
  });

  it('answer for each file what it holds, also when many are asked for at once', async () => {
    const { detector } = await withRule(RULE);
    const asked = Array.from({ length: 40 }, (_, index) =>
      detector.inspect({ path: `/${index}`, bytes: bytes(index % 3 === 0 ? 'MARKED-BY-THE-TEST' : 'no') }),
    );
    const counts = (await Promise.all(asked)).map((found) => found.length);
    expect(counts).toEqual(Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? 1 : 0)));
  });

  it('are told as not used where the engine is not installed, and never as finding nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-yara-'));
    const program = join(folder, 'yara-process.ts');
    copyFileSync(new URL('../../src/yara/yara-process.ts', import.meta.url), program);
    const engine = await yaraEngine({ sources: [{ file: 'x.yar', text: RULE }], program });
    expect(engine).toMatchObject({ kind: 'engine unavailable' });
    expect(engine.kind === 'engine unavailable' && engine.reason).toMatch(/@litko\/yara-x/);
  });

  it('are told as not used where the engine does not start at all', async () => {
    const engine = await yaraEngine({ sources: [], program: '/nowhere/yara-process.js' });
    expect(engine).toMatchObject({ kind: 'engine unavailable', reason: expect.stringContaining('ended') });
  });

  it('cannot include files: rules are what was named, and nothing else of the disk', async () => {
    const { errors } = await withRule('include "/etc/passwd"\nrule r { condition: true }');
    expect(errors).toHaveLength(1);
  });
});
