import type { Finding, Observation } from '@cordon/core';
import type { Severity } from '../detector.js';

/** What Security Hub wants to know beside the observation. */
export interface AsffContext {
  readonly finding: Finding;
  readonly incidentId: string;
  /** ISO 8601, UTC. */
  readonly observedAt: string;
  /** The account whose Security Hub takes the findings: twelve digits. */
  readonly account: string;
}

/** `BatchImportFindings` takes at most 100 findings. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
export const ASFF_BATCH = 100;

const MAX_TITLE = 256;
const MAX_DESCRIPTION = 1024;
const LABELS: { readonly [severity in Severity]: string } = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/** An observation as Security Hub imports it (ASFF, schema 2018-10-08). */
export function asffFinding(observation: Observation, context: AsffContext): object {
  const { rule, title, severity, at, entity, excerpt, reasons = [], confidence } = observation;
  const { suspect } = context.finding;
  const { partition, region } = suspect;
  const description = [title, ...reasons, excerpt ?? ''].filter((text) => text !== '').join('\n');
  return {
    SchemaVersion: '2018-10-08',
    Id: `cordon/${context.incidentId}/${rule}/${entity}`.slice(0, 512),
    ProductArn: `arn:${partition}:securityhub:${region}:${context.account}:product/${context.account}/default`,
    GeneratorId: `cordon/${rule}`.slice(0, 512),
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
        Id: `arn:${partition}:ec2:${region}:${suspect.account}:instance/${suspect.instanceId}`,
        Partition: partition,
        Region: region,
      },
    ],
    RecordState: 'ACTIVE',
    Workflow: { Status: 'NEW' },
  };
}
