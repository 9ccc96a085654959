import type { Finding, Observation } from '@cordon/core';
import type { Severity } from '../detector.js';
import { isAtLeast } from '../engine/severity.js';

/** What Security Hub wants to know beside the observation. */
export interface AsffContext {
  readonly finding: Finding;
  readonly incidentId: string;
  /** ISO 8601, UTC. */
  readonly observedAt: string;
  /** The account whose Security Hub takes the findings: twelve digits. */
  readonly account: string;
}

/** ASFF knows no other: of the European sovereign cloud it has no word yet. */
type SecurityHubPartition = Exclude<Finding['suspect']['partition'], 'aws-eusc'>;

/** The fields of ASFF that are filled: a part of `AwsSecurityFinding` of the AWS SDK. */
export interface AsffFinding {
  SchemaVersion: '2018-10-08';
  Id: string;
  ProductArn: string;
  GeneratorId: string;
  AwsAccountId: string;
  CreatedAt: string;
  UpdatedAt: string;
  FirstObservedAt?: string;
  Types: string[];
  Severity: { Label: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' };
  Confidence?: number;
  Title: string;
  Description: string;
  Resources: {
    Type: 'AwsEc2Instance';
    Id: string;
    Partition?: SecurityHubPartition;
    Region: string;
  }[];
  RecordState: 'ACTIVE';
  Workflow: { Status: 'NEW' };
}

/** `BatchImportFindings` takes at most 100 findings. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
export const ASFF_BATCH = 100;

const MAX_TITLE = 256;
const MAX_DESCRIPTION = 1024;
const MAX_ID = 512;
const LABELS: { readonly [severity in Severity]: AsffFinding['Severity']['Label'] } = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/**
 * Requests of `BatchImportFindings`, one JSON object a line, low and above:
 * `aws securityhub batch-import-findings --cli-input-json "$(sed -n 1p findings.asff.jsonl)"`.
 */
export function asffRequests(observations: readonly Observation[], context: AsffContext): readonly string[] {
  const told = observations.filter(({ severity }) => isAtLeast(severity, 'low'));
  // One finding an id: a later one would only update the one before.
  const findings = [
    ...new Map(told.map((each) => asffFinding(each, context)).map((each) => [each.Id, each])).values(),
  ];
  const batches = Array.from({ length: Math.ceil(findings.length / ASFF_BATCH) }, (_, index) =>
    findings.slice(index * ASFF_BATCH, (index + 1) * ASFF_BATCH),
  );
  return batches.map((batch) => `${JSON.stringify({ Findings: batch })}\n`);
}

/** An observation as Security Hub imports it (ASFF, schema 2018-10-08). */
export function asffFinding(observation: Observation, context: AsffContext): AsffFinding {
  const { rule, title, severity, at, entity, excerpt, reasons = [], confidence } = observation;
  const { partition, region, account, instanceId } = context.finding.suspect;
  const description = [title, ...reasons, excerpt ?? ''].filter((text) => text !== '').join('\n');
  const product = `arn:${partition}:securityhub:${region}:${context.account}`;
  return {
    SchemaVersion: '2018-10-08',
    Id: `cordon/${context.incidentId}/${rule}/${entity}`.slice(0, MAX_ID),
    ProductArn: `${product}:product/${context.account}/default`,
    GeneratorId: `cordon/${rule}`.slice(0, MAX_ID),
    // The finding's own account: Security Hub takes no other under the default product.
    AwsAccountId: context.account,
    CreatedAt: context.observedAt,
    UpdatedAt: context.observedAt,
    ...(at === undefined ? {} : { FirstObservedAt: at }),
    Types: ['TTPs'],
    Severity: { Label: LABELS[severity] },
    ...(confidence === undefined ? {} : { Confidence: Math.round(confidence * 100) }),
    Title: title.slice(0, MAX_TITLE),
    Description: description.slice(0, MAX_DESCRIPTION),
    Resources: [
      {
        Type: 'AwsEc2Instance',
        Id: `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`,
        ...(partition === 'aws-eusc' ? {} : { Partition: partition }),
        Region: region,
      },
    ],
    RecordState: 'ACTIVE',
    Workflow: { Status: 'NEW' },
  };
}
