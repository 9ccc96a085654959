import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const PAGE = /\?page$/;
/** Put after a path, so that nobody takes the text of a style sheet for a style sheet: tsup and Vite would. */
const AS_TEXT = '.text';

/**
 * What a page runs or wears, as one text: `import SCRIPT from './page/main.ts?page'`. Libraries are bundled into it, so
 * that a page made later needs neither them nor a network.
 */
export async function bundlePage(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    // Of 2022: browsers that lock a responder's machine down are not the newest.
    target: ['chrome103', 'firefox115', 'safari16.4'],
    charset: 'ascii',
    // Licences stay where what they speak of is.
    legalComments: 'inline',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** For esbuild, and what builds with it. */
export const pageText: Plugin = {
  name: 'page-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: PAGE }, ({ path, resolveDir }) => ({
      path: `${join(resolveDir, path.replace(PAGE, ''))}${AS_TEXT}`,
      namespace: 'page-text',
    }));
    onLoad({ filter: /./, namespace: 'page-text' }, async ({ path }) => ({
      contents: await bundlePage(path.slice(0, -AS_TEXT.length)),
      loader: 'text',
    }));
  },
};

/** The same for Vite. */
export const vitePageText = {
  name: 'page-text',
  enforce: 'pre' as const,
  resolveId(id: string, importer: string | undefined) {
    if (!PAGE.test(id) || importer === undefined) return null;
    const path = join(dirname(importer), id.replace(PAGE, ''));
    return `\0page-text:${path}${AS_TEXT}`;
  },
  async load(id: string) {
    const path = /^\0page-text:(.*)\.text$/.exec(id)?.[1];
    return path === undefined ? null : `export default ${JSON.stringify(await bundlePage(path))};`;
  },
};
