import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

describe('the script', () => {
  it('says by name that there is no Python, and counts it as a failure', () => {
    const env = { ...process.env, PYTHON: '/there/is/none' };
    const run = spawnSync(process.execPath, ['scripts/moto.mjs'], { cwd: root, env, encoding: 'utf8' });
    expect(run.stderr).toMatch(/^NO_PYTHON: \/there\/is\/none >= 3\.10 with venv is needed/);
    expect([run.status, run.stdout]).toEqual([1, '0 passed, 1 failed\n']);
  });
});
