import * as v from 'valibot';
import type { Suspect } from '../engine/finding.js';
import { about, type Draft, type Parsed, type Source } from './draft.js';
import { type GuardDuty, GuardDutySchema, type SequenceResource } from './guardduty-schema.js';
import { fieldPath, problemsOf } from './issues.js';
import { isRecord } from './lenient.js';
import { type FindingProblem, type PathSegment, problem, shown } from './problem.js';
import { mergedRemotes, remotesOfAction, remotesOfEndpoints } from './remote.js';
import {
  instanceIn,
  instanceOfPrincipal,
  isAccount,
  isInstanceId,
  isRegion,
  type Place,
  partitionNamed,
  placeOf,
} from './suspect.js';

/** Instances of a finding, or why there are none. */
interface Instances {
  readonly suspects: readonly Suspect[];
  readonly problems: readonly FindingProblem[];
}

/** Kinds of resource that run on instances but are not one: containing a node is a person's decision. */
const CLUSTERS = new Set(['EKSCluster', 'ECSCluster', 'KubernetesCluster']);
const EXFILTRATION = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration';
const SEQUENCE = 'AttackSequence:';
const SEQUENCE_OF_INSTANCES = 'AttackSequence:EC2/';

function none(
  code: FindingProblem['code'],
  path: readonly PathSegment[],
  rest: { message: string; value?: unknown },
): Instances {
  return { suspects: [], problems: [problem({ code, path, ...rest })] };
}

function ofSequence(finding: GuardDuty, source: Source, place: Place): Instances {
  const way = ['service', 'detection', 'sequence', 'resources'];
  const path = fieldPath(source, ...way);
  if (!finding.type.startsWith(SEQUENCE_OF_INSTANCES)) {
    return none('NOT_AN_INSTANCE', path, { message: `${shown(finding.type)} is not about instances` });
  }
  const suspects = new Map<string, Suspect>();
  for (const resource of finding.service?.detection?.sequence?.resources ?? []) {
    const found = suspectOfResource(resource, place);
    if (found !== undefined) suspects.set(`${found.account} ${found.region} ${found.instanceId}`, found);
  }
  if (suspects.size === 0) return none('MISSING_FIELD', path, { message: 'no instance among the resources' });
  return { suspects: [...suspects.values()], problems: [] };
}

function suspectOfResource(resource: SequenceResource | undefined, place: Place): Suspect | undefined {
  const instanceId = instanceIn(resource?.uid);
  if (resource === undefined || instanceId === undefined) return undefined;
  const own = placeOf(resource.uid);
  return {
    instanceId,
    account: own?.account ?? (isAccount(resource.accountId) ? resource.accountId : place.account),
    region: own?.region ?? (isRegion(resource.region) ? resource.region : place.region),
    partition: own?.partition ?? partitionNamed(resource.cloudPartition) ?? place.partition,
  };
}

function ofAccessKey(finding: GuardDuty, source: Source, place: Place): Instances {
  const principalId = finding.resource.accessKeyDetails?.principalId;
  const path = fieldPath(source, 'resource', 'accessKeyDetails', 'principalId');
  if (!finding.type.startsWith(EXFILTRATION)) {
    return none('NOT_AN_INSTANCE', path, { message: 'a finding about an access key' });
  }
  if (principalId === undefined) return none('MISSING_FIELD', path, { message: 'no principal is named' });
  const instanceId = instanceOfPrincipal(principalId);
  if (instanceId === undefined) {
    return none('BAD_FIELD', path, {
      message: 'the session is not named after an instance',
      value: principalId,
    });
  }
  return { suspects: [{ instanceId, ...place }], problems: [] };
}

function ofInstanceDetails(finding: GuardDuty, source: Source, place: Place): Instances {
  const instanceId = finding.resource.instanceDetails?.instanceId;
  const path = fieldPath(source, 'resource', 'instanceDetails', 'instanceId');
  if (instanceId === undefined) {
    const { resourceType } = finding.resource;
    return resourceType === undefined || resourceType === 'Instance'
      ? none('MISSING_FIELD', path, { message: 'no instance is named' })
      : none('NOT_AN_INSTANCE', fieldPath(source, 'resource', 'resourceType'), {
          message: 'the finding is about something else',
          value: resourceType,
        });
  }
  if (!isInstanceId(instanceId)) {
    return none('BAD_FIELD', path, { message: 'not an instance id', value: instanceId });
  }
  return { suspects: [{ instanceId, ...place }], problems: [] };
}

function instancesOf(finding: GuardDuty, source: Source, place: Place): Instances {
  const { resource } = finding;
  if (finding.type.startsWith(SEQUENCE)) return ofSequence(finding, source, place);
  const cluster = (['eksClusterDetails', 'ecsClusterDetails', 'kubernetesDetails'] as const).find(
    (name) => resource[name] !== undefined,
  );
  if (cluster !== undefined || CLUSTERS.has(resource.resourceType ?? '')) {
    const node = shown(resource.instanceDetails?.instanceId ?? 'unknown');
    return none('NOT_AN_INSTANCE', fieldPath(source, 'resource', cluster ?? 'resourceType'), {
      message: `a cluster or a container of one; node ${node}`,
      value: resource.resourceType,
    });
  }
  if (resource.instanceDetails === undefined && resource.accessKeyDetails !== undefined) {
    return ofAccessKey(finding, source, place);
  }
  return ofInstanceDetails(finding, source, place);
}

/** `additionalInfo.sample`, or the same inside `additionalInfo.value`, which is JSON in a string. */
function saysSample(additionalInfo: unknown): boolean {
  if (!isRecord(additionalInfo)) return false;
  if (additionalInfo['sample'] === true) return true;
  const value = additionalInfo['value'] ?? additionalInfo['Value'];
  if (typeof value !== 'string') return false;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) && parsed['sample'] === true;
  } catch {
    return false;
  }
}

function draftOf(finding: GuardDuty): Draft {
  const { arn, id, type, title, description, severity, updatedAt, service } = finding;
  const endpoints = service?.detection?.sequence?.endpoints ?? [];
  return {
    source: 'guardduty',
    id,
    arn,
    type,
    title,
    description,
    severity,
    resourceRole: service?.resourceRole,
    sample: saysSample(service?.additionalInfo),
    firstSeen: service?.eventFirstSeen,
    lastSeen: service?.eventLastSeen,
    updatedAt,
    count: service?.count,
    remote: mergedRemotes(remotesOfAction(service?.action), remotesOfEndpoints(endpoints)),
    principal: finding.resource.accessKeyDetails?.principalId,
    accessKeyId: finding.resource.accessKeyDetails?.accessKeyId,
  };
}

/** A GuardDuty finding, in camel case (EventBridge) or in capitals (GetFindings). */
export function parseGuardDuty(source: Source): Parsed {
  const result = v.safeParse(GuardDutySchema, source.value);
  if (!result.success) return { findings: [], problems: problemsOf(result.issues, source) };
  const finding = result.output;
  const place = placeOf(finding.arn);
  if (place === undefined) {
    const path = fieldPath(source, 'arn');
    const message = "not a finding's ARN: account and region come from it";
    return { findings: [], problems: [problem({ code: 'BAD_FIELD', path, message, value: finding.arn })] };
  }
  const { suspects, problems } = instancesOf(finding, source, place);
  const draft = draftOf(finding);
  return { findings: suspects.map((suspect) => about(draft, suspect)), problems };
}
