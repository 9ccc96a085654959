import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cached } from '../../../src/guest/images/cache.js';

async function emptyCache(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-cache-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'cache');
}

describe('the cache of images', () => {
  it('makes a thing once, and anew when an ingredient is another', async () => {
    const cache = await emptyCache();
    let made = 0;
    const get = (ingredient: string) =>
      cached(cache, {
        name: 'thing',
        ingredients: [ingredient],
        make: async (folder) => {
          made += 1;
          await writeFile(join(folder, 'content'), ingredient);
        },
      });
    const first = await get('salt');
    expect(await get('salt')).toBe(first);
    expect(await readFile(join(await get('pepper'), 'content'), 'utf8')).toBe('pepper');
    expect(await readFile(join(first, 'content'), 'utf8')).toBe('salt');
    expect(made).toBe(2);
  });

  it('keeps nothing of what failed half-way', async () => {
    const cache = await emptyCache();
    const recipe = { name: 'thing', ingredients: [] };
    const failing = cached(cache, {
      ...recipe,
      make: async (folder) => {
        await writeFile(join(folder, 'half'), '');
        throw new Error('the network is down');
      },
    });
    await expect(failing).rejects.toThrow('the network is down');
    expect(await readdir(cache)).toEqual([]);
    const home = await cached(cache, { ...recipe, make: async () => undefined });
    expect(existsSync(join(home, 'half'))).toBe(false);
  });

  it('gives two who make the same at once the same folder', async () => {
    const cache = await emptyCache();
    const make = async (folder: string) => writeFile(join(folder, 'content'), 'x');
    const homes = await Promise.all(
      [1, 2, 3].map(() => cached(cache, { name: 'thing', ingredients: ['same'], make })),
    );
    expect(new Set(homes).size).toBe(1);
    expect(await readdir(cache)).toHaveLength(1);
  });
});
