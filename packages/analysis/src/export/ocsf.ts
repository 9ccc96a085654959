import type { Finding, Observation } from '@cordon/core';
import { ATTACK_VERSION, TACTIC_IDS, techniquesOf } from '../attack/techniques.js';
import type { Severity } from '../detector.js';

/** What an OCSF event says of where it comes from. */
export interface OcsfContext {
  readonly finding: Finding;
  readonly incidentId: string;
  /** ISO 8601, UTC: for observations that do not know when. */
  readonly observedAt: string;
  /** Version of Cordon. */
  readonly version: string;
}

const OCSF_VERSION = '1.3.0';
const SEVERITY_ID: { readonly [severity in Severity]: number } = {
  info: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};
const SEVERITY_NAME = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'];

/** OCSF's observable types for the kinds of entities that observations have. */
const OBSERVABLES: { readonly [kind: string]: { readonly type_id: number; readonly type: string } } = {
  ip: { type_id: 2, type: 'IP Address' },
  domain: { type_id: 1, type: 'Hostname' },
  user: { type_id: 4, type: 'User Name' },
  file: { type_id: 7, type: 'File Name' },
  process: { type_id: 15, type: 'Process ID' },
};

/** An observation as an OCSF Detection Finding (class 2004), one JSON object a line. */
export function ocsfLine(observation: Observation, context: OcsfContext): string {
  return `${JSON.stringify(ocsfFinding(observation, context))}\n`;
}

function ocsfFinding(observation: Observation, context: OcsfContext): object {
  const { rule, title, severity, at, confidence, entity } = observation;
  const severityId = SEVERITY_ID[severity];
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: 1,
    activity_name: 'Create',
    type_uid: 200_401,
    type_name: 'Detection Finding: Create',
    time: Date.parse(at ?? context.observedAt),
    severity_id: severityId,
    severity: SEVERITY_NAME[severityId],
    status_id: 1,
    ...(confidence === undefined ? {} : { confidence_score: Math.round(confidence * 100) }),
    message: title,
    metadata: {
      version: OCSF_VERSION,
      // What adds `cloud` to an event.
      profiles: ['cloud'],
      product: { name: 'Cordon', vendor_name: 'Cordon', version: context.version },
    },
    finding_info: {
      uid: `${context.incidentId}:${rule}:${entity}`,
      title,
      types: [rule],
      analytic: { name: rule, type_id: 1, type: 'Rule' },
      attacks: attacksOf(observation),
    },
    evidences: evidencesOf(observation),
    observables: observablesOf(observation),
    resources: [resourceOf(context)],
    cloud: cloudOf(context),
  };
}

function attacksOf({ techniques }: Observation): readonly object[] {
  return techniquesOf(techniques).map(({ id, name, tactic }) => ({
    version: ATTACK_VERSION,
    technique: { uid: id, name },
    ...(TACTIC_IDS[tactic] === undefined ? {} : { tactic: { uid: TACTIC_IDS[tactic], name: tactic } }),
  }));
}

function evidencesOf({ evidence, excerpt, reasons = [] }: Observation): readonly object[] {
  return evidence.map((pointer, index) => ({
    data: { ...pointer, ...(index === 0 ? { excerpt, reasons } : {}) },
  }));
}

function observablesOf({ entity }: Observation): readonly object[] {
  const colon = entity.indexOf(':');
  const known = OBSERVABLES[entity.slice(0, colon)];
  return known === undefined ? [] : [{ name: 'entity', ...known, value: entity.slice(colon + 1) }];
}

function resourceOf({ finding: { suspect } }: OcsfContext): object {
  return { type: 'AWS::EC2::Instance', uid: suspect.instanceId, region: suspect.region };
}

function cloudOf({ finding: { suspect } }: OcsfContext): object {
  return {
    provider: 'AWS',
    region: suspect.region,
    account: { uid: suspect.account, type_id: 10, type: 'AWS Account' },
  };
}
