import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const MARKED = /\?(page|program)$/;
/** Put after a path, so that nobody takes the text of a style sheet for a style sheet: tsup and Vite would. */
const AS_TEXT = '.text';
type Kind = 'page' | 'program';

const BUILDS: Readonly<Record<Kind, BuildOptions>> = {
  page: {
    format: 'iife',
    platform: 'browser',
    // Of 2022: browsers that lock a responder's machine down are not the newest.
    target: ['chrome103', 'firefox115', 'safari16.4'],
  },
  program: {
    format: 'esm',
    platform: 'node',
    // What the distributions have.
    target: 'node20',
    mainFields: ['module', 'main'],
    loader: { '.yml': 'text' },
    banner: {
      // Packages of CommonJS in an ES module ask for `require`.
      js: "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);",
    },
  },
};

/**
 * What runs elsewhere, as one text with all that it needs: a page's script or style (`import SCRIPT from
 * './page/main.ts?page'`), or a program of Node.js (`'./program/main.ts?program'`). Neither then needs a library, or a
 * network.
 */
export async function bundleText(path: string, kind: Kind): Promise<string> {
  const { outputFiles = [] } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    charset: 'ascii',
    // Licences stay where what they speak of is.
    legalComments: 'inline',
    logLevel: 'error',
    ...BUILDS[kind],
  });
  return outputFiles[0]?.text ?? '';
}

interface Marked {
  readonly path: string;
  readonly kind: Kind;
}

function markedOf(path: string, folder: string): Marked {
  const kind = path.endsWith('?page') ? 'page' : 'program';
  return { path: join(folder, path.replace(MARKED, '')), kind };
}

/** For esbuild, and what builds with it. */
export const bundledText: Plugin = {
  name: 'bundled-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: MARKED }, ({ path, resolveDir }) => {
      const marked = markedOf(path, resolveDir);
      return { path: `${marked.path}${AS_TEXT}`, namespace: 'bundled-text', pluginData: marked };
    });
    onLoad({ filter: /./, namespace: 'bundled-text' }, async ({ pluginData }) => {
      const { path, kind } = pluginData as Marked; // given by the resolver above
      return { contents: await bundleText(path, kind), loader: 'text' };
    });
  },
};

const IN_VITE = /^\0bundled-text:(page|program):(.*)\.text$/;

/** The same for Vite. */
export const viteBundledText = {
  name: 'bundled-text',
  enforce: 'pre' as const,
  resolveId(id: string, importer: string | undefined) {
    if (!MARKED.test(id) || importer === undefined) return null;
    const { path, kind } = markedOf(id, dirname(importer));
    return `\0bundled-text:${kind}:${path}${AS_TEXT}`;
  },
  async load(id: string) {
    const [, kind, path] = IN_VITE.exec(id) ?? [];
    if (path === undefined) return null;
    return `export default ${JSON.stringify(await bundleText(path, kind === 'page' ? 'page' : 'program'))};`;
  },
};
