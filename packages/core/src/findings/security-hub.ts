import type { Suspect } from '../engine/finding.js';
import type { Parsed, Source } from './draft.js';
import { fieldPath } from './issues.js';
import { type PathSegment, problem } from './problem.js';
import {
  instanceIn,
  instanceOfPrincipal,
  isAccount,
  isRegion,
  type Place,
  partitionNamed,
  placeOf,
} from './suspect.js';

/** A resource of a Security Hub finding, in either of its formats. */
export interface HubResource {
  readonly type: string | undefined;
  /** An ARN (ASFF) or an id (OCSF). */
  readonly id: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly partition: string | undefined;
  /** Of an access key: whose session it is. */
  readonly principalId: string | undefined;
}

const INSTANCE = new Set(['AwsEc2Instance', 'AWS::EC2::Instance']);
const ACCESS_KEY = new Set(['AwsIamAccessKey', 'AWS::IAM::AccessKey']);
const CLUSTER = /^(Aws(Eks|Ecs)|AWS::(EKS|ECS)::)/;

/** Where the finding as a whole says it is, for resources that do not say it themselves. */
export type Fallback = Partial<Place>;

function suspectOf(
  resource: HubResource,
  instanceId: string | undefined,
  fallback: Fallback,
): Suspect | undefined {
  const own = placeOf(resource.id);
  const account = own?.account ?? (isAccount(resource.account) ? resource.account : fallback.account);
  const region = own?.region ?? (isRegion(resource.region) ? resource.region : fallback.region);
  if (instanceId === undefined || account === undefined || region === undefined) return undefined;
  const partition = own?.partition ?? partitionNamed(resource.partition) ?? fallback.partition ?? 'aws';
  return { instanceId, account, region, partition };
}

function instanceOf(resource: HubResource, type: string): string | undefined {
  if (INSTANCE.has(resource.type ?? '')) return instanceIn(resource.id);
  const stolen = type.includes('InstanceCredentialExfiltration') && ACCESS_KEY.has(resource.type ?? '');
  return stolen ? instanceOfPrincipal(resource.principalId) : undefined;
}

export interface HubFinding {
  readonly type: string;
  readonly resources: readonly (HubResource | undefined)[];
  readonly fallback: Fallback;
  /** Field that lists the resources: `Resources`. */
  readonly listedIn: PathSegment;
}

/** The instances that a Security Hub finding names, wherever they stand among its resources. */
export function hubInstances(
  { type, resources, fallback, listedIn }: HubFinding,
  source: Source,
): { readonly suspects: readonly Suspect[]; readonly problems: Parsed['problems'] } {
  const path = fieldPath(source, listedIn);
  const cluster = resources.find((resource) => CLUSTER.test(resource?.type ?? ''));
  if (cluster !== undefined) {
    const message = 'a cluster or a container of one';
    return {
      suspects: [],
      problems: [problem({ code: 'NOT_AN_INSTANCE', path, message, value: cluster.type })],
    };
  }
  const suspects = new Map<string, Suspect>();
  for (const resource of resources) {
    if (resource === undefined) continue;
    const suspect = suspectOf(resource, instanceOf(resource, type), fallback);
    if (suspect !== undefined) suspects.set(JSON.stringify(suspect), suspect);
  }
  if (suspects.size > 0) return { suspects: [...suspects.values()], problems: [] };
  return { suspects: [], problems: [noInstance(resources, path)] };
}

function noInstance(resources: readonly (HubResource | undefined)[], path: readonly PathSegment[]) {
  const at = resources.findIndex((resource) => INSTANCE.has(resource?.type ?? ''));
  if (at < 0) {
    return problem({ code: 'NOT_AN_INSTANCE', path, message: 'no instance among the resources' });
  }
  const message = 'an instance whose id, account or region is not to be read';
  return problem({ code: 'BAD_FIELD', path: [...path, at], message, value: resources[at]?.id });
}
