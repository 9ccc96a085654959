import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

export interface FunctionCode {
  /** File under `src/functions`, without its ending. */
  readonly name: string;
  /** Values that are written into the code, as JavaScript. */
  readonly define: Readonly<Record<string, string>>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function bundle({ name, define }: FunctionCode, outdir: string): void {
  const program = here('./bundle-function.ts');
  const run = spawnSync(process.execPath, [program, name, outdir, JSON.stringify(define)], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${name} cannot be bundled: ${run.stderr}`);
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
