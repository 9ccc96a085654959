import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { letServiceWrite } from './key-users.ts';
import { because } from './reasons.ts';

export interface FindingsInProps {
  readonly key: IKey;
  readonly minimumSeverity: number;
  readonly guardDuty: 'create' | 'existing';
}

/** EventBridge tries for a day by itself; a finding of yesterday is still worth an incident. */
const TRIED_FOR = Duration.hours(24);
const TRIED_AT_MOST = 185;

/** Where findings come in, and where those lie that nobody could take. */
export class FindingsIn extends Construct {
  /** Findings that no invocation could take: an alarm is set on it. */
  readonly deadLetters: Queue;
  readonly #minimumSeverity: number;

  constructor(scope: Construct, id: string, { key, minimumSeverity, guardDuty }: FindingsInProps) {
    super(scope, id);
    this.#minimumSeverity = minimumSeverity;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    letServiceWrite(key, 'events.amazonaws.com');
    because(this.deadLetters, { SQS3: 'it is where dead letters lie' });
    // An update that raises the severity comes with the frequency: six hours is the default.
    if (guardDuty === 'create')
      new CfnDetector(this, 'Detector', { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' });
  }

  /** Has GuardDuty's and Security Hub's findings call the function. It filters more finely than a rule can. */
  deliverTo(target: IFunction): void {
    const deliver = () =>
      new LambdaFunction(target, {
        deadLetterQueue: this.deadLetters,
        maxEventAge: TRIED_FOR,
        retryAttempts: TRIED_AT_MOST,
      });
    new Rule(this, 'GuardDuty', {
      description: 'Findings of GuardDuty from the threshold on',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Finding'],
        detail: { severity: [{ numeric: ['>=', this.#minimumSeverity] }] },
      },
      targets: [deliver()],
    });
    new Rule(this, 'SecurityHub', {
      description: 'Findings that Security Hub has from elsewhere, in both of its formats',
      eventPattern: {
        source: ['aws.securityhub'],
        detailType: ['Security Hub Findings - Imported', 'Findings Imported V2'],
        // Their resources are spelled differently in the two: the function tells instances from the rest.
      },
      targets: [deliver()],
    });
  }
}
