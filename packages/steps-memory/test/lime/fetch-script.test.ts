import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchScriptOf } from '../../src/lime/host-scripts.js';
import { KEY, privateRoot, runOnHost } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

const FOLDER = `var/tmp/cordon-${KEY}`;
const SHA256 = createHash('sha256').update('a module').digest('hex');

describe('fetching what takes the memory', () => {
  async function fetched(content: string, tool = 'lime.ko') {
    const root = await privateRoot();
    const store = await objectStore();
    store.set('/tool', content);
    const url = store.url('/tool');
    const parameters = { directory: '/var/tmp', tool, url, sha: SHA256 };
    return { root, run: await runOnHost(fetchScriptOf('lime'), { root, parameters }) };
  }

  it('keeps what the catalogue names', async () => {
    const { root, run } = await fetched('a module');
    expect(run.answer()).toEqual({ fetched: '1' });
    expect(readFileSync(join(root, FOLDER, 'lime.ko'), 'utf8')).toBe('a module');
  });

  it('keeps nothing that is another than the catalogue names', async () => {
    const { root, run } = await fetched('another module');
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/MODULE_MISMATCH: /) });
    expect(readdirSync(join(root, FOLDER))).toEqual([]);
  });

  it('writes to no other name than those of the tools', async () => {
    const { run } = await fetched('a module', '../../../etc/cron.d/x');
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/BAD_PARAMETER: /) });
  });
});
