import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { because } from './reasons.ts';

export interface CordonFunctionProps {
  /** File under `src/functions`, without its ending. */
  readonly name: string;
  readonly description: string;
  readonly key: IKey;
  readonly environment: Readonly<Record<string, string>>;
  /** Where other accounts trust the role, they do by its name. */
  readonly roleName?: string;
  /** Default one minute. */
  readonly timeout?: Duration;
  /** MiB; default 512. */
  readonly memorySize?: number;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Packages of CommonJS in an ES module ask for `require`. */
const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

/** To write its own log and its traces: nothing of what Lambda's managed policy gives beyond that. */
function ownRole(
  scope: Construct,
  id: string,
  { logGroup, roleName }: { logGroup: LogGroup; roleName: string | undefined },
) {
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    ...(roleName === undefined ? {} : { roleName }),
  });
  logGroup.grantWrite(role);
  role.addToPolicy(
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
  );
  because(role, { 'IAM5[Resource::*]': 'traces know no resource' });
  return role;
}

/** One file of JavaScript on arm64, with the AWS SDK that Cordon was tested with: the runtime's own changes under us. */
export class CordonFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: CordonFunctionProps) {
    const { name, description, key, timeout = Duration.minutes(1), memorySize = 512, roleName } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      encryptionKey: key,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    super(scope, id, {
      entry: here(`../functions/${name}.ts`),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout,
      memorySize,
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      environmentEncryption: key,
      role: ownRole(scope, id, { logGroup, roleName }),
      logGroup,
      projectRoot: here('../../../..'),
      depsLockFilePath: here('../../../../pnpm-lock.yaml'),
      bundling: {
        format: OutputFormat.ESM,
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: false,
        target: 'node24',
        mainFields: ['module', 'main'],
        banner: REQUIRE,
        externalModules: [],
        // Workspace packages as they are published, not by the paths of the repository's own configuration.
        tsconfig: here('../../tsconfig.functions.json'),
        // Loaded where they are there: a native engine, and traces.
        esbuildArgs: { '--external:@litko/yara-x': true, '--external:@opentelemetry/api': true },
      },
    });
  }
}
