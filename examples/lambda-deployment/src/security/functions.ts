import type { PipelinePolicies } from '@cordon/adapters-lambda';
import { type AnyPipeline, plannedPipeline } from '@cordon/core';
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, FunctionUrlAuthType, type IFunction, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Told } from '../functions/environment.ts';
import type { Settings } from '../settings.ts';
import { GROUP_MAKER_ROLE, READER_ROLE } from '../suspect/suspect-stack.ts';
import { cdkInterface } from './cdk-interface.ts';
import { CordonFunction, type CordonFunctionProps } from './cordon-function.ts';
import type { EvidenceStores } from './evidence-stores.ts';
import { IncidentMachine } from './machine.ts';
import { output } from './output.ts';
import { because } from './reasons.ts';
import { assumeIn, grantJournal, grantPreparedGroups, grantResponse } from './responder-rights.ts';
import type { Telling } from './telling.ts';

export interface FunctionsProps {
  readonly pipeline: AnyPipeline;
  readonly policies: PipelinePolicies;
  readonly told: Told;
  readonly stores: EvidenceStores;
  readonly settings: Settings;
  readonly telling: Telling;
}

/** Roles that the suspect accounts trust, by name: a StackSet takes no references. */
export const RESPONDERS = { Step: 'CordonStep', Sweep: 'CordonSweep' } as const;
export const TRIGGER = 'CordonTrigger';
export const PREPARER = 'CordonPreparer';

/** Analyses take what Lambda gives. */
const LONGEST = Duration.minutes(15);
const MEMORY_MIB = 2048;
const SWEEP_EVERY = Duration.hours(1);
const OVERDUE_EVERY = Duration.minutes(5);
const PREPARE_EVERY = Duration.days(1);

interface Made
  extends Pick<
    CordonFunctionProps,
    'name' | 'description' | 'roleName' | 'timeout' | 'memorySize' | 'define'
  > {
  /** Beside what every function is told. */
  readonly more?: Readonly<Record<string, string>>;
}

/** The code of the deployment, each function with no more rights than it has work. */
export class Functions extends Construct {
  readonly machine: IncidentMachine;
  readonly trigger: CordonFunction;
  readonly all: Readonly<Record<string, IFunction>>;
  readonly #props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    const { pipeline, stores, telling, settings } = props;
    const more = telling.told;
    const step = this.#responder('Step', {
      name: 'step',
      description: 'One start or poll of one step',
      more,
    });
    telling.letTell(step);
    const alias = new Alias(this, 'StepLive', {
      aliasName: 'live',
      version: cdkInterface<IVersion>(step.currentVersion),
    });
    this.machine = new IncidentMachine(this, 'Incident', { pipeline, step: alias, key: stores.key });
    const sweep = this.#responder('Sweep', { name: 'sweep', description: 'Finds what dead runs have left' });
    const overdue = this.#overdue();
    const approval = this.#approval();
    this.trigger = this.#trigger();
    this.#every(SWEEP_EVERY, sweep);
    this.#every(OVERDUE_EVERY, overdue);
    const prepare = this.#preparer();
    this.#every(PREPARE_EVERY, prepare);
    const alerts = settings.slackChannel === undefined ? {} : { scalingAlerts: this.#scalingAlerts() };
    this.all = { trigger: this.trigger, step, sweep, overdue, approval, prepare, ...alerts };
  }

  #make(id: string, { more = {}, ...made }: Made): CordonFunction {
    const { told, stores } = this.#props;
    return new CordonFunction(this, id, { ...made, key: stores.key, environment: { ...told, ...more } });
  }

  /** A function that acts in the suspect accounts. */
  #responder(id: keyof typeof RESPONDERS, made: Made): CordonFunction {
    const { policies, stores, settings } = this.#props;
    const size = { timeout: LONGEST, memorySize: MEMORY_MIB };
    const one = this.#make(id, { ...made, ...size, roleName: RESPONDERS[id] });
    grantResponse(this, one, { policies, stores, suspectAccounts: settings.suspectAccounts });
    return one;
  }

  #trigger(): CordonFunction {
    const { pipeline, settings, stores } = this.#props;
    const more = {
      STATE_MACHINE: this.machine.arn,
      MINIMUM_SEVERITY: String(settings.minimumSeverity),
      READER_ROLE,
    };
    // What begins an incident needs the plan, and none of the steps.
    const define = { PLANNED_PIPELINE: JSON.stringify(plannedPipeline(pipeline)) };
    const made = { name: 'trigger', description: 'Takes findings', roleName: TRIGGER };
    const one = this.#make('Trigger', { ...made, more, define });
    grantJournal(one, stores);
    one.addToRolePolicy(assumeIn(this, READER_ROLE, settings.suspectAccounts));
    one.addToRolePolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.machine.arn] }),
    );
    output(this, 'TriggerName', one.functionName);
    return one;
  }

  #preparer(): CordonFunction {
    const { settings, stores } = this.#props;
    const one = this.#make('Preparer', {
      name: 'prepare',
      description: 'Prepares quarantine groups in the suspect accounts',
      roleName: PREPARER,
      timeout: LONGEST,
      more: { GROUP_MAKER_ROLE, SUSPECT_ACCOUNTS: settings.suspectAccounts.join(',') },
    });
    one.addToRolePolicy(assumeIn(this, GROUP_MAKER_ROLE, settings.suspectAccounts));
    grantPreparedGroups(one, stores);
    output(this, 'PreparerName', one.functionName);
    return one;
  }

  #overdue(): CordonFunction {
    const { settings, stores } = this.#props;
    const more = { OVERDUE_AFTER_MINUTES: String(settings.overdueAfterMinutes) };
    const description = 'Tells what is not contained in time';
    const one = this.#make('Overdue', { name: 'overdue', description, more });
    grantJournal(one, stores);
    return one;
  }

  #approval(): CordonFunction {
    const { stores } = this.#props;
    const secret = new Secret(this, 'ApprovalSecret', {
      description: 'Signs the links by which people answer guards',
      encryptionKey: stores.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    because(secret, {
      SMG4: 'links live for half an hour; a new secret is put in by hand after an incident',
    });
    const more = { APPROVAL_SECRET: secret.secretArn };
    const one = this.#make('Approval', { name: 'approval', description: 'Takes answers to guards', more });
    grantJournal(one, stores);
    secret.grantRead(one);
    // People open links from anywhere; the signature is what lets in.
    const { url } = one.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    output(this, 'ApprovalUrl', url);
    return one;
  }

  /** Slack is all that it does: it is there only where there is a channel. */
  #scalingAlerts(): CordonFunction {
    const { telling } = this.#props;
    const description = 'Tells Slack what Auto Scaling groups do';
    const one = this.#make('ScalingAlerts', { name: 'scaling-alerts', description, more: telling.told });
    telling.letAlert(one);
    return one;
  }

  #every(time: Duration, one: IFunction): void {
    new Rule(this, `${one.node.id}Schedule`, {
      schedule: Schedule.rate(time),
      targets: [new LambdaFunction(one, { retryAttempts: 2 })],
    });
  }
}
