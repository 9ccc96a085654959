import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { ToldOfPeople } from '../functions/notifiers.ts';
import { cdkInterface } from './cdk-interface.ts';
import { output } from './output.ts';
import { because } from './reasons.ts';

export interface TellingProps {
  readonly key: IKey;
  readonly slackChannel: string | undefined;
  readonly suspectAccounts: readonly string[];
}

/** Who is told of incidents: a topic for queues, pagers and mailboxes, and a channel of Slack. */
export class Telling extends Construct {
  readonly told: ToldOfPeople;
  readonly #incidents: Topic;
  readonly #token: Secret | undefined;
  readonly #props: TellingProps;

  constructor(scope: Construct, id: string, props: TellingProps) {
    super(scope, id);
    this.#props = props;
    const { key, slackChannel } = props;
    this.#incidents = new Topic(this, 'Incidents', { masterKey: key, enforceSSL: true });
    output(this, 'IncidentTopic', this.#incidents.topicArn);
    if (slackChannel !== undefined) this.#token = this.#secret();
    this.told = {
      INCIDENT_TOPIC: this.#incidents.topicArn,
      ...(this.#token === undefined || slackChannel === undefined
        ? {}
        : { SLACK_CHANNEL: slackChannel, SLACK_SECRET: this.#token.secretArn }),
    };
  }

  /** The key is the stores': whoever writes a journal may use it. */
  letTell(one: IFunction): void {
    one.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.#incidents.topicArn] }),
    );
    this.#token?.grantRead(one);
  }

  /** What Auto Scaling groups of the suspect accounts notify, when their owners say so. */
  letAlert(one: IFunction): void {
    const { suspectAccounts } = this.#props;
    // Another account's service-linked role can use no key of ours: the notices are not encrypted at rest.
    const topic = new Topic(this, 'AutoScaling', { enforceSSL: true });
    because(topic, {
      SNS2: 'Auto Scaling of another account could not publish to it; instance ids and causes only',
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: suspectAccounts.map(
          (id) => new ArnPrincipal(`arn:${topic.stack.partition}:iam::${id}:root`),
        ),
        resources: [topic.topicArn],
        conditions: {
          ArnLike: {
            'aws:PrincipalArn': suspectAccounts.map(
              (id) =>
                `arn:${topic.stack.partition}:iam::${id}:role/aws-service-role/autoscaling.amazonaws.com/*`,
            ),
          },
        },
      }),
    );
    topic.addSubscription(new LambdaSubscription(cdkInterface<IFunction>(one)));
    this.#token?.grantRead(one);
    output(this, 'AutoScalingTopic', topic.topicArn);
  }

  #secret(): Secret {
    const secret = new Secret(this, 'SlackToken', {
      description: 'Token of the bot (xoxb-...), put in by hand',
      encryptionKey: this.#props.key,
    });
    output(this, 'SlackTokenSecret', secret.secretArn);
    because(secret, { SMG4: 'Slack gives the token, and takes it back by hand' });
    return secret;
  }
}
