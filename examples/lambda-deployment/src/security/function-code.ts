import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

export interface FunctionCode {
  /** File under `src/functions`, without its ending. */
  readonly name: string;
  /** Values that are written into the code, as JavaScript. */
  readonly define: Readonly<Record<string, string>>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Packages of CommonJS in an ES module ask for `require`. */
const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

function bundle({ name, define }: FunctionCode, outdir: string): void {
  buildSync({
    entryPoints: { index: here(`../functions/${name}.ts`) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Clients are loaded when they are first called: in files of their own, or importing would read them all.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    define: { ...define },
    // Loaded where they are there: a native engine, and traces.
    external: ['@litko/yara-x', '@opentelemetry/api'],
    // Workspace packages as they are published, not by the paths of the repository's own configuration.
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
}

/** The function's JavaScript, with the AWS SDK that Cordon was tested with: the runtime's own changes under us. */
export function functionCode(code: FunctionCode): Code {
  return Code.fromAsset(here('../functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Bundled here; an image is asked for all the same, and never pulled.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(outdir) {
          bundle(code, outdir);
          return true;
        },
      },
    },
  });
}
