import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLUGINS } from '../../src/volatility/options.js';
import { column, readResults } from '../../src/volatility/results.js';
import { RUN } from '../../src/volatility/stages.js';
import { KEY, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

// With a dump of one's own: `REAL_VOL=/venv/bin/vol REAL_DUMP=mem.lime REAL_SYMBOLS=table.json.gz`.
const { REAL_VOL: vol, REAL_DUMP: dump, REAL_SYMBOLS: symbols } = process.env;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function run(image: Buffer, table: Buffer, plugins: readonly string[]) {
  const root = await privateRoot();
  // Nobody, as who volatility runs, has to come by.
  await mkdir(join(root, 'var/tmp'), { recursive: true });
  for (const folder of ['', 'var', 'var/tmp']) chmodSync(join(root, folder), 0o755);
  const store = await objectStore();
  store.set('/image', image);
  store.set('/table', table);
  const parameters = {
    image: store.url('/image'),
    imagesize: image.length,
    imagesha: sha256(image),
    symbols: '/nowhere',
    tables: `${sha256(table)} ${store.url('/table')}`,
    plugins: plugins.join(' '),
  };
  const tools = await standIns(root, { vol: `exec '${vol}' "$@"` });
  chmodSync(tools, 0o755);
  const result = await runOnHost(RUN, { root, parameters, tools });
  return { result, archive: join(root, `var/tmp/cordon-${KEY}/volatility.tar.gz`) };
}

describe.runIf(vol !== undefined && dump !== undefined && symbols !== undefined)('volatility itself', () => {
  const image = readFileSync(dump ?? '/dev/null');
  const table = readFileSync(symbols ?? '/dev/null');

  it('reads an image with all plugins', { timeout: 1_200_000 }, async () => {
    const { result, archive } = await run(image, table, PLUGINS);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const states = result.answer()['plugins']?.split(' ') ?? [];
    expect(states.filter((state) => !/=(?:ok|empty)$/.test(state))).toEqual([]);
    const found = await readResults(createReadStream(archive));
    expect(found.get('PsList')?.map((row) => column(row, 'PID'))).toEqual(expect.arrayContaining(['1', '2']));
  });

  it('sees nothing in an image that is cut off, and says nothing of it', { timeout: 300_000 }, async () => {
    const { result } = await run(image.subarray(0, image.length / 2), table, ['PsList']);
    expect(result.answer()['plugins']).toBe('PsList=empty');
  });
});
