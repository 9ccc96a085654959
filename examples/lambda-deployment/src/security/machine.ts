import { toStateMachine } from '@cordon/adapters-lambda/step-functions';
import type { AnyPipeline } from '@cordon/core';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { because } from './reasons.ts';

export interface IncidentMachineProps {
  readonly pipeline: AnyPipeline;
  /** A version of the function: runs that have begun go on with the code that began them. */
  readonly step: Alias;
  readonly key: IKey;
}

/** What CloudWatch's vended logs ask of whoever has them delivered; they know no narrower resource. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/** The pipeline as a state machine: every step a state of its own name. */
export class IncidentMachine extends Construct {
  readonly arn: string;
  readonly name: string;

  constructor(scope: Construct, id: string, { pipeline, step, key }: IncidentMachineProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      encryptionKey: key,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    step.grantInvoke(role);
    role.addToPolicy(new PolicyStatement({ actions: LOG_DELIVERY, resources: ['*'] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    );
    because(role, {
      'IAM5[Resource::*]': 'traces and the delivery of logs know no resource',
    });
    const machine = new CfnStateMachine(this, 'Machine', {
      roleArn: role.roleArn,
      stateMachineType: 'STANDARD',
      definitionString: Stack.of(this).toJsonString(
        toStateMachine(pipeline, { functionName: step.functionArn }),
      ),
      tracingConfiguration: { enabled: true },
      loggingConfiguration: {
        // Ids and hashes travel, and nothing of the finding.
        includeExecutionData: true,
        level: 'ALL',
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
      },
    });
    machine.node.addDependency(role);
    this.arn = machine.attrArn;
    this.name = machine.attrName;
  }
}
