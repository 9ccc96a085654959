import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const SCHEMAS = /[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
const CONSTANT = /^const (_\w+) = ("[^"\\]*");$/gm;

/** `{ [_n]: 1 }` -> `{ "name": 1 }`, where `const _n = "name";` stands in the same text. */
export function withPlainKeys(text: string): string {
  const texts = new Map([...text.matchAll(CONSTANT)].map(([, name = '', value = '']) => [name, value]));
  return text.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const value = texts.get(name);
    // Written as it is, this one would set a prototype.
    return value === undefined || value === '"__proto__"' ? key : `${value}:`;
  });
}

/**
 * Lets esbuild drop the shapes of AWS calls that are never made. The SDK writes their keys as computed ones, which might
 * do anything, and so every shape of a client stays: 862 kB of EC2's instead of 445, read before the first isolation.
 */
export const plainKeys: Plugin = {
  name: 'plain-keys',
  setup({ onLoad }) {
    onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withPlainKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
