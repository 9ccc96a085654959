import * as v from 'valibot';
import { about, type Draft, type Parsed, type Source } from './draft.js';
import { fieldPath, problemsOf } from './issues.js';
import { either, lenient, lenientList, moment } from './lenient.js';
import { problem } from './problem.js';
import { EndpointSchema, mergedRemotes, type Remote, remoteOf, remotesOfEndpoints } from './remote.js';
import { type HubResource, hubInstances } from './security-hub.js';
import { OCSF_SEVERITY } from './severity.js';
import { placeOf } from './suspect.js';

const text = lenient(v.string());
const Uid = lenient(either({ uid: text }));

const Resource = either({
  type: text,
  uid: text,
  region: text,
  cloud_partition: text,
  owner: lenient(either({ account: Uid })),
  data: lenient(either({ principal_id: text })),
});

const Evidence = either({
  src_endpoint: lenient(EndpointSchema),
  dst_endpoint: lenient(EndpointSchema),
  connection_info: lenient(either({ direction_id: lenient(v.number()) })),
  query: lenient(either({ hostname: text })),
});

/**
 * A Detection Finding of the Open Cybersecurity Schema Framework, as Security Hub writes it.
 *
 * @see https://schema.ocsf.io/1.6.0/classes/detection_finding
 */
const OcsfSchema = either({
  class_uid: v.number(),
  severity_id: v.number(),
  finding_info: either({
    uid: v.pipe(v.string(), v.nonEmpty()),
    title: text,
    desc: text,
    types: lenientList(v.string()),
    first_seen_time_dt: lenient(moment),
    last_seen_time_dt: lenient(moment),
    modified_time_dt: lenient(moment),
  }),
  resources: v.array(v.fallback(v.optional(Resource), undefined)),
  count: lenient(v.number()),
  cloud: lenient(either({ account: Uid, region: text, cloud_partition: text })),
  evidences: lenientList(Evidence),
});
type Ocsf = v.InferOutput<typeof OcsfSchema>;

const DETECTION_FINDING = 2004;
const INBOUND = 1;
const OUTBOUND = 2;

/** `["Threats", "Backdoor:EC2/C&CActivity.B"]`: the detector's own word, not Security Hub's category. */
function typeOf({ finding_info: { types, title } }: Ocsf): string {
  const named = types.filter((type) => type !== undefined);
  return named.find((type) => /^[A-Za-z]+:[A-Za-z0-9]+\//.test(type)) ?? named[0] ?? title ?? 'unknown';
}

function remoteIn(evidence: Ocsf['evidences'][number]): Remote {
  const direction = evidence?.connection_info?.direction_id;
  const ends = [
    ...(direction === OUTBOUND ? [] : [evidence?.src_endpoint]),
    ...(direction === INBOUND ? [] : [evidence?.dst_endpoint]),
  ];
  return mergedRemotes(remotesOfEndpoints(ends), remoteOf({ domains: [evidence?.query?.hostname] }));
}

function draftOf(finding: Ocsf): Draft {
  const info = finding.finding_info;
  const principals = finding.resources.map((resource) => resource?.data?.principal_id);
  return {
    source: 'security-hub',
    id: info.uid,
    ...(info.uid.startsWith('arn:') ? { arn: info.uid } : {}),
    type: typeOf(finding),
    title: info.title,
    description: info.desc,
    severity: OCSF_SEVERITY.get(finding.severity_id) ?? 0,
    resourceRole: undefined,
    sample: false,
    firstSeen: info.first_seen_time_dt,
    lastSeen: info.last_seen_time_dt,
    updatedAt: info.modified_time_dt,
    count: finding.count,
    remote: mergedRemotes(...finding.evidences.map(remoteIn)),
    principal: principals.find((principal) => principal !== undefined),
  };
}

function hubResource(resource: Ocsf['resources'][number], { cloud }: Ocsf): HubResource | undefined {
  if (resource === undefined) return undefined;
  return {
    type: resource.type,
    id: resource.uid,
    account: resource.owner?.account?.uid ?? cloud?.account?.uid,
    region: resource.region ?? cloud?.region,
    partition: resource.cloud_partition ?? cloud?.cloud_partition,
    principalId: resource.data?.principal_id,
  };
}

/** A finding as Security Hub's `Findings Imported V2` carries it. */
export function parseOcsf(source: Source): Parsed {
  const result = v.safeParse(OcsfSchema, source.value);
  if (!result.success) return { findings: [], problems: problemsOf(result.issues, source) };
  const finding = result.output;
  if (finding.class_uid !== DETECTION_FINDING) {
    const path = fieldPath(source, 'class_uid');
    const message = 'only Detection Findings (2004) report activity';
    return {
      findings: [],
      problems: [problem({ code: 'NOT_A_DETECTION', path, message, value: finding.class_uid })],
    };
  }
  const draft = draftOf(finding);
  const resources = finding.resources.map((resource) => hubResource(resource, finding));
  const fallback = placeOf(finding.finding_info.uid) ?? {};
  const { suspects, problems } = hubInstances(
    { type: draft.type, resources, fallback, listedIn: 'resources' },
    source,
  );
  return { findings: suspects.map((suspect) => about(draft, suspect)), problems };
}
