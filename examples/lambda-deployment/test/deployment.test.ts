import { fileURLToPath } from 'node:url';
import { CONFIRM_FINDING_ACTIONS } from '@cordon/core/aws';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { deployment } from '../src/deployment.ts';
import { tellers } from '../src/functions/notifiers.ts';
import { readSettings } from '../src/settings.ts';

const settings = readSettings(fileURLToPath(new URL('../settings.example.json', import.meta.url)));

function synthesized() {
  // What is bundled is the business of another test, and takes its time.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { security, suspect } = deployment(app, settings);
  return {
    app,
    security,
    suspect,
    inSecurity: Template.fromStack(security),
    inSuspect: Template.fromStack(suspect),
  };
}

let stacks: ReturnType<typeof synthesized>;
beforeAll(() => {
  stacks = synthesized();
}, 120_000);

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
};

/** Every statement that any role or managed policy of a template has. */
function statementsOf(template: Template): readonly Statement[] {
  const resources = Object.values(template.toJSON()['Resources'] as object);
  return resources.flatMap(({ Properties = {} }) => {
    const documents = [
      Properties.PolicyDocument,
      ...(Properties.Policies ?? []).map((one: { PolicyDocument: unknown }) => one.PolicyDocument),
    ];
    return documents.flatMap((document) => document?.Statement ?? []);
  });
}

describe('both templates', () => {
  it('pass the rules of cdk-nag, or say why not', () => {
    const { violations } = new AwsSolutionsChecks(stacks.app).validateScope(stacks.app);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ resourceLogicalId }) => `${ruleName}: ${resourceLogicalId}`),
    );
    expect(found).toEqual([]);
  });

  it('allow no action by a star', () => {
    const all = [...statementsOf(stacks.inSecurity), ...statementsOf(stacks.inSuspect)];
    const allowed = all.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.length).toBeGreaterThan(10);
    const actions = allowed.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action === '*' || action.endsWith(':*'))).toEqual([]);
  });
});

describe('the security account', () => {
  const all = (type: string) =>
    Object.values(stacks.inSecurity.findResources(type)).map((one) => one['Properties']);

  it('has GuardDuty tell of updates every fifteen minutes', () => {
    expect(all('AWS::GuardDuty::Detector')).toEqual([
      expect.objectContaining({ FindingPublishingFrequency: 'FIFTEEN_MINUTES' }),
    ]);
  });

  it('locks evidence for as long as the settings say, and lets nobody delete or overwrite it', () => {
    const locked = all('AWS::S3::Bucket').filter(({ ObjectLockEnabled }) => ObjectLockEnabled === true);
    expect(locked).toEqual([
      expect.objectContaining({
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
        },
      }),
    ]);
    const denied = all('AWS::S3::BucketPolicy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(denied.map(({ Sid }) => Sid)).toEqual(
      expect.arrayContaining(['NothingIsDeleted', 'NoLockIsLifted', 'NothingIsOverwritten']),
    );
  });

  it('answers no bucket but over TLS, and shows none to the public', () => {
    const buckets = all('AWS::S3::Bucket');
    expect(buckets.length).toBe(4);
    for (const { PublicAccessBlockConfiguration } of buckets)
      expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const insecure = all('AWS::S3::BucketPolicy').filter(({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument).includes('"aws:SecureTransport":"false"'),
    );
    expect(insecure.length).toBe(buckets.length);
  });

  it('has no way from the forensic network to anywhere but its endpoints', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'EgressOnlyInternetGateway', 'VPCGatewayAttachment'])
      expect(all(`AWS::EC2::${type}`)).toEqual([]);
    const services = all('AWS::EC2::VPCEndpoint').map(({ ServiceName }) => JSON.stringify(ServiceName));
    for (const name of ['.ssm"', '.ssmmessages"', '.ec2messages"', '.s3"'])
      expect(services.some((service) => service.includes(name))).toBe(true);
  });

  it('wakes somebody for a finding that nobody could take, and for what is not contained in time', () => {
    const names = all('AWS::CloudWatch::Alarm').map(({ MetricName }) => MetricName);
    expect(names).toEqual(
      expect.arrayContaining([
        'ApproximateNumberOfMessagesVisible',
        'ContainmentOverdue',
        'ExecutionsFailed',
        'PrepareTroubles',
      ]),
    );
  });

  it('lets CloudWatch publish its alarms, and EventBridge put dead letters down, under the own key', () => {
    const [key] = all('AWS::KMS::Key').filter(({ Description }) => Description === 'Evidence of incidents');
    const allowed = (service: string) =>
      key.KeyPolicy.Statement.find(({ Principal }: { Principal: object }) =>
        JSON.stringify(Principal).includes(service),
      )?.Action;
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com'])
      expect(allowed(service)).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    const [alarm] = all('AWS::CloudWatch::Alarm');
    const topic = alarm.AlarmActions[0].Ref;
    const [policy] = all('AWS::SNS::TopicPolicy').filter(({ Topics }) => Topics[0].Ref === topic);
    expect(policy.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
  });

  it('has a state for every step of the pipeline', () => {
    const [machine] = all('AWS::StepFunctions::StateMachine');
    const text = JSON.stringify(machine.DefinitionString);
    for (const step of ['contain.isolate', 'memory.lime', 'disk.custody', 'report.manifest', 'cleanup'])
      expect(text).toContain(step);
  });
});

describe('those who are told', () => {
  const all = (type: string) => Object.entries(stacks.inSecurity.findResources(type));
  const environmentOf = (description: string) =>
    all('AWS::Lambda::Function').find(([, { Properties }]) => Properties.Description === description)?.[1][
      'Properties'
    ].Environment.Variables;

  it('are Slack, by a token that only what tells may read, and a topic under the own key', () => {
    const step = environmentOf('One start or poll of one step');
    expect(step).toMatchObject({ SLACK_CHANNEL: settings.slackChannel });
    expect(step.SLACK_SECRET).toBeDefined();
    expect(environmentOf('Takes findings').SLACK_SECRET).toBeUndefined();
    const topics = all('AWS::SNS::Topic').filter(([id]) => step.INCIDENT_TOPIC.Ref === id);
    expect(topics.map(([, { Properties }]) => Properties.KmsMasterKeyId)).toEqual([expect.anything()]);
  });

  it('hear of Auto Scaling groups through a topic that only Auto Scaling of the suspect accounts may publish to', () => {
    const [[topic] = []] = all('AWS::SNS::Subscription').map(([, { Properties }]) => [
      Properties.TopicArn.Ref,
    ]);
    const [policy] = all('AWS::SNS::TopicPolicy')
      .map(([, { Properties }]) => Properties)
      .filter(({ Topics }) => Topics[0].Ref === topic);
    const allowed = policy.PolicyDocument.Statement.filter(({ Effect }: Statement) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(JSON.stringify(allowed[0].Condition)).toContain('aws-service-role/autoscaling.amazonaws.com/');
  });

  it('find the names that the README speaks of among the outputs', () => {
    expect(Object.keys(stacks.inSecurity.toJSON()['Outputs']).toSorted()).toEqual([
      'ApprovalUrl',
      'AutoScalingTopic',
      'IncidentTopic',
      'PreparerName',
      'SlackTokenSecret',
      'TriggerName',
    ]);
  });

  it('are told although the token was not put in, but for Slack', async () => {
    const variables = {
      INCIDENT_TOPIC: 'arn:aws:sns:eu-west-1:999900001111:incidents',
      SLACK_CHANNEL: 'C0',
      SLACK_SECRET: 's',
    };
    const told = async (secret: () => Promise<string>) => {
      const { notifiers = [], anchors = [] } = await tellers({ variables, secret });
      return [notifiers.length, anchors.length];
    };
    expect(await told(async () => 'xoxb-1')).toEqual([3, 1]);
    expect(await told(async () => '')).toEqual([2, 0]);
    expect(await told(async () => Promise.reject(new Error('AccessDenied')))).toEqual([2, 0]);
  });
});

describe('a suspect account', () => {
  it.each([
    ['CordonResponder', ['CordonStep', 'CordonSweep']],
    ['CordonReader', ['CordonTrigger']],
    ['CordonGroupMaker', ['CordonPreparer']],
  ])('lets into %s only %j of the security account, with the external id', (name, trusted) => {
    const roles = Object.values(stacks.inSuspect.findResources('AWS::IAM::Role'));
    const role = roles.find(({ Properties }) => Properties.RoleName === name);
    const Statement = role?.['Properties'].AssumeRolePolicyDocument.Statement ?? [];
    const assumed = Statement.filter(({ Action }: { Action: string }) => Action === 'sts:AssumeRole');
    expect(assumed).toHaveLength(trusted.length);
    for (const { Condition } of assumed)
      expect(Condition).toEqual({ StringEquals: { 'sts:ExternalId': settings.externalId } });
    for (const one of trusted) expect(JSON.stringify(assumed)).toContain(`:role/${one}"`);
    expect(JSON.stringify(Statement)).not.toContain(':root');
  });

  it('lets the trigger read what the confirming code declares, and nothing else', () => {
    const policies = Object.entries(stacks.inSuspect.findResources('AWS::IAM::Policy'));
    const [reader] = policies.flatMap(([id, one]) => (id.startsWith('Reader') ? [one['Properties']] : []));
    expect(reader?.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: [...CONFIRM_FINDING_ACTIONS], Resource: '*' },
    ]);
  });

  it('has policies that IAM takes, by their length', () => {
    const policies = Object.values(stacks.inSuspect.findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.length).toBeGreaterThan(0);
    for (const { Properties } of policies)
      expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6_144);
  });

  it('needs no bootstrap and no asset: one template for a StackSet', () => {
    expect(stacks.inSuspect.toJSON()['Parameters']).toBeUndefined();
  });
});
