import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ALARM_METRICS } from '../functions/alarm.ts';
import { letServiceWrite } from './key-users.ts';

export interface WatchProps {
  readonly key: IKey;
  readonly email: string | undefined;
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly deadLetters: IQueue;
  readonly stateMachineArn: string;
}

const PERIOD = Duration.minutes(5);

/** What a person is called for at night: each alarm is something that nobody else would tell. */
export class Watch extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Alarms', { masterKey: props.key, enforceSSL: true });
    this.#letAlarmsPublish(props.key);
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
    const executions = (metricName: string) =>
      new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: props.stateMachineArn },
        statistic: 'Sum',
        period: PERIOD,
      });
    const own = (metricName: string) =>
      new Metric({ namespace: 'Cordon', metricName, statistic: 'Sum', period: PERIOD });
    this.#alarm(
      'FindingLost',
      'A finding was taken by nobody',
      props.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
    );
    for (const name of ALARM_METRICS) this.#alarm(name, `Cordon tells: ${name}`, own(name));
    this.#alarm('RunFailed', 'An execution failed', executions('ExecutionsFailed'));
    this.#alarm('RunTimedOut', 'An execution timed out', executions('ExecutionsTimedOut'));
    this.#alarm('PrepareTroubles', 'A VPC got no quarantine group', own('PrepareTroubles'));
    this.#alarm('SweepSuspicious', 'Something claims to be ours and is not', own('SweepSuspicious'));
    for (const [name, one] of Object.entries(props.functions))
      this.#alarm(`${name}Errors`, `The function ${name} fails`, one.metricErrors({ period: PERIOD }));
    const functions = Object.values(props.functions);
    const [runs, invocations, durations] = [
      ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed'].map(executions),
      functions.map((one) => one.metricInvocations({ period: PERIOD })),
      functions.map((one) => one.metricDuration({ period: PERIOD })),
    ];
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [graph('Runs', runs), graph('Not contained in time', [own('ContainmentOverdue')])],
        [graph('Invocations', invocations), graph('Durations', durations)],
      ],
    });
  }

  /** A topic that has a policy of its own lets nobody publish but those whom it names. */
  #letAlarmsPublish(key: IKey): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    letServiceWrite(key, 'cloudwatch.amazonaws.com');
  }

  #alarm(id: string, alarmDescription: string, metric: Metric): Alarm {
    const alarm = metric.createAlarm(this, id, {
      alarmDescription,
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 12 });
}
