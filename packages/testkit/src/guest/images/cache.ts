import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Default folder of what is built once: images, kernels, symbols. */
export const GUEST_CACHE = '.cordon/guest';

/** The folder of what is built once: as told, as `CORDON_GUEST_CACHE` says, or `.cordon/guest`. */
export function cacheFolder(folder?: string): string {
  return resolve(folder ?? process.env['CORDON_GUEST_CACHE'] ?? GUEST_CACHE);
}

export interface Recipe {
  /** `root`, `kernel`: the first part of the folder's name. */
  readonly name: string;
  /** Everything that the result follows from: another ingredient, another folder. */
  readonly ingredients: readonly string[];
  /** Fills the folder. */
  readonly make: (folder: string) => Promise<void>;
}

function digestOf(ingredients: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 12);
}

/** The folder with what the recipe makes: made now, or by whoever came first. */
export async function cached(cache: string, { name, ingredients, make }: Recipe): Promise<string> {
  const home = join(cache, `${name}-${digestOf(ingredients)}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, '.making-'));
  try {
    await make(making);
    // Made whole, or not at all. Somebody else may have been faster: his is as good.
    await rename(making, home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
    return home;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
