import { type PipelinePolicies, policies } from '@cordon/adapters-lambda';
import { type AnyPipeline, memoryJournal } from '@cordon/core';
import { Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Told } from '../functions/environment.ts';
import { responsePipeline } from '../pipeline.ts';
import type { Settings } from '../settings.ts';
import { RESPONDER_ROLE } from '../suspect/suspect-stack.ts';
import { EvidenceStores } from './evidence-stores.ts';
import { FindingsIn } from './findings-in.ts';
import { ForensicHost } from './forensic-host.ts';
import { ForensicNetwork } from './forensic-network.ts';
import { Functions } from './functions.ts';
import { Telling } from './telling.ts';
import { transferKeyFor } from './transfer-key.ts';
import { Watch } from './watch.ts';

/** Parameter of SSM. */
const EXEMPTIONS = '/cordon/exemptions';

export interface SecurityStackProps extends StackProps {
  readonly settings: Settings;
}

interface Made {
  readonly stores: EvidenceStores;
  readonly transferKey: Key;
  readonly network: ForensicNetwork;
  readonly host: ForensicHost;
  readonly exemptions: StringParameter;
}

function toldOf(settings: Settings, { stores, transferKey, network, host, exemptions }: Made): Told {
  return {
    SECURITY_ACCOUNT: settings.securityAccount,
    EVIDENCE_BUCKET: stores.evidence.bucketName,
    STAGING_BUCKET: stores.staging.bucketName,
    CATALOGUE_BUCKET: stores.catalogue.bucketName,
    CATALOGUE_PUBLIC_KEY: settings.cataloguePublicKey,
    EVIDENCE_KEY: stores.key.keyArn,
    TRANSFER_KEY: transferKey.keyArn,
    RESPONDER_ROLE,
    EXTERNAL_ID: settings.externalId,
    FORENSIC_SUBNETS: network.subnets.map(({ subnetId }) => subnetId).join(','),
    FORENSIC_PROFILE: host.profile.ref,
    FORENSIC_IMAGE: settings.forensicImageParameter,
    EXEMPTIONS: exemptions.parameterName,
  };
}

/** All that the security account has: findings in, incidents through, evidence kept. */
export class SecurityStack extends Stack {
  readonly policies: PipelinePolicies;

  constructor(scope: Construct, id: string, { settings, ...props }: SecurityStackProps) {
    super(scope, id, props);
    const stores = new EvidenceStores(this, 'Stores', { retention: Duration.days(settings.retentionDays) });
    const transferKey = transferKeyFor(this, settings.suspectAccounts);
    const network = new ForensicNetwork(this, 'Network', { key: stores.key });
    const host = new ForensicHost(this, 'Host');
    const exemptions = new StringParameter(this, 'Exemptions', {
      parameterName: EXEMPTIONS,
      description: 'What is never contained: {"instances": [], "accounts": [], "arns": []}',
      stringValue: '{}',
    });
    exemptions.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const told = toldOf(settings, { stores, transferKey, network, host, exemptions });
    const pipeline = this.#pipeline(told);
    this.policies = policies(pipeline, {
      region: settings.region,
      securityAccount: settings.securityAccount,
      responderRoles: [RESPONDER_ROLE],
      parameters: [settings.forensicImageParameter, EXEMPTIONS],
      partition: this.partition,
      buckets: [stores.evidence, stores.staging, stores.catalogue].map(({ bucketName }) => bucketName),
      forensicRoleArn: host.role.roleArn,
    });
    const findings = new FindingsIn(this, 'FindingsIn', { key: stores.key, ...settings });
    const telling = new Telling(this, 'Telling', { key: stores.key, slackChannel: undefined, ...settings });
    const parts = { telling, pipeline, told, stores, settings, policies: this.policies };
    const functions = new Functions(this, 'Functions', parts);
    findings.deliverTo(functions.trigger);
    new Watch(this, 'Watch', {
      key: stores.key,
      email: settings.alarmEmail,
      functions: functions.all,
      deadLetters: findings.deadLetters,
      stateMachineArn: functions.machine.arn,
    });
  }

  /** By CloudFormation when it deploys: the CDK would ask the account, and want credentials to write a template. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }

  /** The functions' own, with the same names: its steps are drawn and its actions granted. */
  #pipeline(told: Told): AnyPipeline {
    return responsePipeline({
      journal: memoryJournal(),
      stagingBucket: told.STAGING_BUCKET,
      kmsKeyArn: told.EVIDENCE_KEY,
      transferKeyArn: told.TRANSFER_KEY,
      preparedGroups: { bucket: told.CATALOGUE_BUCKET },
      modules: { bucket: told.CATALOGUE_BUCKET, publicKey: told.CATALOGUE_PUBLIC_KEY },
      forensic: {
        subnetId: told.FORENSIC_SUBNETS,
        image: { ssmParameter: told.FORENSIC_IMAGE },
        instanceProfileName: told.FORENSIC_PROFILE,
        kmsKeyArn: told.EVIDENCE_KEY,
      },
      exemptionsParameter: told.EXEMPTIONS,
    });
  }
}
