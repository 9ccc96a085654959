import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostScript } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import script from '../../src/remote/analyse.sh';
import uploadScript from '../../src/remote/upload-results.sh';
import { KEY, plant, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

const ANALYSE: HostScript = { name: 'analyse', text: script };
const UPLOAD: HostScript = { name: 'upload-results', text: uploadScript };
const FOLDER = `var/tmp/cordon-${KEY}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What stands in for Node.js runs the "program" as the shell that it is. */
const NODE = [
  "[[ $* != *--version* ]] || { printf 'v22.1.0\\n'; exit 0; }",
  'while [[ $1 == --* ]]; do shift; done',
  'exec bash "$@"',
].join('\n');

interface Given {
  readonly program?: string;
  readonly sheet?: (lines: readonly string[]) => readonly string[];
  readonly tools?: Readonly<Record<string, string>>;
  readonly memory?: number;
  readonly seconds?: number | string;
}

async function run({ program = 'cat "$1"/evidence/* >"$1/out/results.jsonl"', ...given }: Given = {}) {
  const root = await privateRoot();
  const store = await objectStore();
  const kib = given.memory ?? 4 * 2 ** 20;
  await plant(root, { 'proc/meminfo': `MemTotal: ${kib} kB\nMemAvailable: ${kib} kB\n` });
  // A machine that may have a real one must not use it here.
  const tools = await standIns(root, {
    node: NODE,
    nodejs: 'exit 127',
    df: 'printf "Avail\n99999999999\n"',
    unshare: 'shift; exec "$@"',
    setpriv: 'while [[ $1 == --* ]]; do shift; done; exec "$@"',
    ...given.tools,
  });
  const line = (kind: string, path: string, content: string) => {
    store.set(path, content);
    return `${kind} ${content.length} ${sha256(content)} ${store.url(path)}`;
  };
  const lines = [
    line('program', '/program', program),
    line('order', '/order', '{}'),
    line('evidence', '/one', 'one\n'),
    line('evidence', '/other', 'other\n'),
    `progress 0 - ${store.url('/progress')}`,
  ];
  store.set('/sheet', `${(given.sheet?.(lines) ?? lines).join('\n')}\n`);
  const parameters = { sheet: store.url('/sheet'), seconds: given.seconds ?? 60 };
  const result = await runOnHost(ANALYSE, { root, parameters, tools });
  return { root, store, tools, result };
}

const failure = ({ result: { exitCode, stderr } }: Awaited<ReturnType<typeof run>>) => [
  exitCode,
  stderr.trim().split('\n').at(-1)?.split(':')[0],
];

describe('the script that has evidence analysed', () => {
  it('gives the program the evidence in its order, and tells what came out', async () => {
    const { root, result } = await run();
    expect(result.answer()).toEqual({ size: '10', sha256: sha256('one\nother\n'), node: 'v22.1.0' });
    expect(readFileSync(join(root, FOLDER, 'out/results.jsonl'), 'utf8')).toBe('one\nother\n');
    expect(existsSync(join(root, FOLDER, 'evidence'))).toBe(false);
    expect(existsSync(join(root, FOLDER, 'sheet'))).toBe(false);
  });

  it('passes on how far it is, and nothing else that the program says', async () => {
    const program = 'printf "5 10\nfoo; bar\n10 10\n"; : >"$1/out/results.jsonl"';
    const { store, result } = await run({ program });
    expect(result.exitCode).toBe(0);
    expect(store.puts()).toEqual(['/progress', '/progress']);
    expect(store.get('/progress')?.toString()).toBe('10 10\n');
  });

  it('is stopped by nobody who will not hear how far it is', async () => {
    const program = 'printf "5 10\n"; : >"$1/out/results.jsonl"';
    const { result } = await run({
      program,
      sheet: (lines) => lines.map((one) => one.replace(/^(progress .*):\d+\//, '$1:1/')),
    });
    expect(result.exitCode).toBe(0);
  });

  it('tells what the program told beside its results, and refuses too much of it', async () => {
    const telling = (bytes: number) =>
      `head -c ${bytes} /dev/zero | tr '\\0' x >"$1/out/told.json"; : >"$1/out/results.jsonl"`;
    const { result } = await run({ program: telling(3) });
    expect(result.answer()).toMatchObject({ told: Buffer.from('xxx').toString('base64') });
    expect(failure(await run({ program: telling(12_001) }))).toEqual([65, 'TOLD_TOO_MUCH']);
  });

  it('lets the program read what lies beside it, write its results, and nothing else', async () => {
    const program = `
      import { spawnSync } from 'node:child_process';
      import { readFileSync, writeFileSync } from 'node:fs';
      const [folder] = process.argv.slice(2);
      const codeOf = (work) => { try { return work()?.error?.code ?? 'done'; } catch (error) { return error.code; } };
      const told = {
        beside: codeOf(() => void readFileSync(folder + '/evidence/0')),
        read: codeOf(() => void readFileSync('/etc/hostname')),
        write: codeOf(() => writeFileSync(folder + '/evidence/2', '')),
        run: codeOf(() => spawnSync('true')),
      };
      writeFileSync(folder + '/out/results.jsonl', JSON.stringify(told));`;
    const { root, result } = await run({ program, tools: { node: `exec '${process.execPath}' "$@"` } });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const denied = 'ERR_ACCESS_DENIED';
    expect(JSON.parse(readFileSync(join(root, FOLDER, 'out/results.jsonl'), 'utf8'))).toEqual({
      ...{ beside: 'done', read: denied, write: denied, run: denied },
    });
  });

  it('runs once, whoever sends it again', async () => {
    const program = 'printf x >>"$1/out/results.jsonl"';
    const { root, store, tools, result } = await run({ program });
    const parameters = { sheet: store.url('/sheet'), seconds: 60 };
    const again = await runOnHost(ANALYSE, { root, parameters, tools });
    expect(again.answer()).toEqual(result.answer());
    expect(again.answer()['size']).toBe('1');
  });

  it.each<readonly [string, Given]>([
    ['NODE_MISSING', { tools: { node: 'exit 127' } }],
    ['NODE_TOO_OLD', { tools: { node: 'printf "v18.20.4\n"' } }],
    ['NO_MEMORY', { memory: 100 * 1024 }],
    ['NO_SPACE', { tools: { df: 'printf "Avail\n1000\n"' } }],
    ['BAD_PARAMETER', { seconds: '60; reboot' }],
    ['ANALYSIS_FAILED', { program: 'exit 3' }],
    ['ANALYSIS_OUT_OF_MEMORY', { program: 'kill -ABRT $$' }],
    [
      'PROGRAM_MISMATCH',
      { sheet: (lines) => lines.map((one) => one.replace(/^(program \d+) \S+/, `$1 ${sha256('')}`)) },
    ],
    [
      'EVIDENCE_MISMATCH',
      { sheet: (lines) => lines.map((one) => one.replace(/^(evidence \d+) \S+/, `$1 ${sha256('')}`)) },
    ],
    ['SHEET_INVALID', { sheet: (lines) => [...lines, 'evidence 1 - file:///etc/passwd'] }],
    ['SHEET_INVALID', { sheet: (lines) => [...lines, 'other 1 - http://127.0.0.1/'] }],
    ['SHEET_INVALID', { sheet: () => ['evidence a[$(touch /tmp/x)] - http://127.0.0.1/'] }],
  ])('says %s', async (code, given) => {
    expect(failure(await run(given))).toEqual([65, code]);
  });

  it('ends what takes too long', async () => {
    const outcome = await run({ tools: { timeout: 'exit 124' } });
    expect(failure(outcome)).toEqual([65, 'ANALYSIS_TIMED_OUT']);
  });

  it('takes the Node.js that it is given where the image has none', async () => {
    const node = `#!/usr/bin/env bash\n${NODE}\n`;
    const given = await objectStore();
    given.set('/node', node);
    const { result } = await run({
      tools: { node: 'exit 127' },
      sheet: (lines) => [...lines, `node ${node.length} ${sha256(node)} ${given.url('/node')}`],
    });
    expect(result.answer()).toMatchObject({ node: 'v22.1.0', size: '10' });
  });

  it('leaves the results where they are uploaded from, as often as that is asked', async () => {
    const { root, store, tools } = await run();
    store.set('/upload', `1 ${store.url('/results')}\n`);
    const parameters = { sheet: store.url('/upload') };
    for (const _ of [1, 2])
      expect((await runOnHost(UPLOAD, { root, parameters, tools })).answer()).toEqual({ uploaded: '1' });
    expect(store.get('/results')?.toString()).toBe('one\nother\n');
  });
});
