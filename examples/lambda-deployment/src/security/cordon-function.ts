import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionCode } from './function-code.ts';
import { because } from './reasons.ts';

export interface CordonFunctionProps {
  /** File under `src/functions`, without its ending. */
  readonly name: string;
  readonly description: string;
  readonly key: IKey;
  readonly environment: Readonly<Record<string, string>>;
  /** Values that are written into the code, as JavaScript. */
  readonly define?: Readonly<Record<string, string>>;
  /** Where other accounts trust the role, they do by its name. */
  readonly roleName?: string;
  /** Default one minute. */
  readonly timeout?: Duration;
  /** MiB; default 512. */
  readonly memorySize?: number;
}

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

/** A function on arm64 with a log and a role of its own. */
export class CordonFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: CordonFunctionProps) {
    const { name, description, key, timeout = Duration.minutes(1), memorySize = 512 } = props;
    const { define = {}, roleName } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      encryptionKey: key,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    super(scope, id, {
      code: functionCode({ name, define }),
      handler: 'index.handler',
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
    });
  }
}
