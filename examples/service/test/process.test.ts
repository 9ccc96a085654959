import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledText } from '../../../scripts/bundled-text.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

let folder = '';
let main = '';

/** The service as one file of JavaScript: also how it is best deployed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-service-'));
  main = join(folder, 'main.mjs');
  await build({
    entryPoints: [here('../src/main.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    tsconfig: here('../../../tsconfig.base.json'),
    loader: { '.sh': 'text', '.yml': 'text' },
    banner: { js: REQUIRE },
    plugins: [bundledText],
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function start(environment: Readonly<Record<string, string>>) {
  // Nothing of whoever runs the tests: no credentials, no region.
  const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The first line of the log that says this. */
async function line({ stdout }: ChildProcess, message: string) {
  if (stdout === null) throw new Error('the process has no output');
  for await (const text of createInterface({ input: stdout })) {
    const fields = JSON.parse(text);
    if (fields.msg === message) return fields;
  }
  throw new Error(`the process ended without ${message}`);
}

describe('the process', () => {
  it('says in its log where it listens, answers there, and ends well on SIGTERM', async () => {
    const child = start({
      CORDON_SECURITY_ACCOUNT: '999900001111',
      CORDON_REGION: 'eu-west-1',
      CORDON_EVIDENCE_BUCKET: 'acme-evidence',
      CORDON_STAGING_BUCKET: 'acme-staging',
      CORDON_KMS_KEY_ARN: 'arn:aws:kms:eu-west-1:999900001111:key/1',
      CORDON_EXTERNAL_ID: 'acme',
      CORDON_WEBHOOK_SECRETS: 'a secret of enough characters',
      CORDON_JOURNAL_DIRECTORY: join(folder, 'journal'),
      CORDON_PORT: '0',
    });
    const exit = once(child, 'exit');
    const { url, resumed } = await line(child, 'STARTED');
    expect(resumed).toBe(0);
    const response = await fetch(`${url}/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok', running: 0, most: 50 }]);
    expect((await fetch(`${url}/findings`, { method: 'POST', body: '{}' })).status).toBe(401);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('does not begin where its configuration is wrong, and says what is', async () => {
    const child = start({ CORDON_REGION: 'eu-west-1' });
    let told = '';
    child.stderr.on('data', (text) => {
      told += text;
    });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(told).toContain('CORDON_SECURITY_ACCOUNT');
  });
});
