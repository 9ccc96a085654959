import * as v from 'valibot';
import { about, type Draft, type Parsed, type Source } from './draft.js';
import { problemsOf } from './issues.js';
import { either, isRecord, lenient, lenientList, moment } from './lenient.js';
import { ActionSchema, mergedRemotes, type Remote, remoteOf, remotesOfAction } from './remote.js';
import { type HubResource, hubInstances } from './security-hub.js';
import { LABEL_SEVERITY } from './severity.js';
import { isRegion, placeOf } from './suspect.js';

const text = lenient(v.string());

const Resource = either({
  type: text,
  id: text,
  region: text,
  partition: text,
  details: lenient(either({ awsIamAccessKey: lenient(either({ principalId: text })) })),
});

/**
 * A finding in the AWS Security Finding Format.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
const AsffSchema = either({
  id: v.pipe(v.string(), v.nonEmpty()),
  productArn: v.string(),
  awsAccountId: v.string(),
  resources: v.array(v.fallback(v.optional(Resource), undefined)),
  severity: either({ label: text, normalized: lenient(v.number()), original: text }),
  types: lenientList(v.string()),
  title: text,
  description: text,
  region: text,
  sample: lenient(v.boolean()),
  firstObservedAt: lenient(moment),
  lastObservedAt: lenient(moment),
  updatedAt: lenient(moment),
  action: lenient(ActionSchema),
  productFields: lenient(v.custom<Readonly<Record<string, unknown>>>(isRecord)),
});
type Asff = v.InferOutput<typeof AsffSchema>;

/** GuardDuty's own fields, flattened into names: `aws/guardduty/service/count`. */
const FROM_GUARDDUTY = 'aws/guardduty/service/';
const CONNECTION = 'action/networkConnectionAction/';

function guardDutyField({ productFields }: Asff, name: string): string | undefined {
  const value = productFields?.[FROM_GUARDDUTY + name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberIn(value: string | undefined, max: number): number | undefined {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return number >= 0 && number <= max ? number : undefined;
}

const isGuardDuty = ({ productArn }: Asff) => productArn.endsWith('::product/aws/guardduty');

/** GuardDuty's figure where there is one, else the label (which a person may have changed), else the score. */
function severityOf(finding: Asff): number {
  const { label, normalized, original } = finding.severity;
  const own = isGuardDuty(finding) ? numberIn(original, 10) : undefined;
  const score = normalized === undefined || normalized < 0 || normalized > 100 ? 0 : normalized / 10;
  return own ?? LABEL_SEVERITY.get(label ?? '') ?? score;
}

/** `TTPs/Command and Control/Backdoor:EC2-C&CActivity.B` -> `Backdoor:EC2/C&CActivity.B`. */
function typeOf({ types, productArn }: Asff): string {
  const last = types
    .find((type) => type !== undefined)
    ?.split('/')
    .at(-1);
  return (last ?? productArn).replace(/^([A-Za-z]+:[A-Za-z0-9]+)-/, '$1/');
}

function remoteFields(finding: Asff): Remote {
  const inbound = guardDutyField(finding, `${CONNECTION}connectionDirection`) === 'INBOUND';
  const port = guardDutyField(finding, `${CONNECTION}remotePortDetails/port`);
  const flattened = {
    networkConnectionAction: {
      connectionDirection: inbound ? 'INBOUND' : 'OUTBOUND',
      remoteIpDetails: { ipAddressV4: guardDutyField(finding, `${CONNECTION}remoteIpDetails/ipAddressV4`) },
      remotePortDetails: { port: numberIn(port, 65_535) },
    },
    dnsRequestAction: { domain: guardDutyField(finding, 'action/dnsRequestAction/domain') },
  };
  const parsed = v.safeParse(ActionSchema, flattened);
  return parsed.success ? remotesOfAction(parsed.output) : remoteOf({});
}

function draftOf(finding: Asff): Draft {
  const role = guardDutyField(finding, 'resourceRole');
  return {
    source: 'security-hub',
    id: finding.id,
    ...(finding.id.startsWith('arn:') ? { arn: finding.id } : {}),
    type: typeOf(finding),
    title: finding.title,
    description: finding.description,
    severity: severityOf(finding),
    resourceRole: role === 'TARGET' || role === 'ACTOR' ? role : undefined,
    sample: finding.sample === true || guardDutyField(finding, 'additionalInfo/sample') === 'true',
    firstSeen: finding.firstObservedAt,
    lastSeen: finding.lastObservedAt,
    updatedAt: finding.updatedAt,
    count: numberIn(guardDutyField(finding, 'count'), Number.MAX_SAFE_INTEGER),
    remote: mergedRemotes(remotesOfAction(finding.action), remoteFields(finding)),
    principal: finding.resources.map((resource) => principalOf(resource)).find((id) => id !== undefined),
  };
}

function principalOf(resource: Asff['resources'][number]): string | undefined {
  return resource?.details?.awsIamAccessKey?.principalId;
}

function hubResource(resource: Asff['resources'][number], finding: Asff): HubResource | undefined {
  if (resource === undefined) return undefined;
  const { type, id, region, partition } = resource;
  return { type, id, region, partition, account: finding.awsAccountId, principalId: principalOf(resource) };
}

/** A finding as Security Hub's `Security Hub Findings - Imported` and custom actions carry it. */
export function parseAsff(source: Source): Parsed {
  const result = v.safeParse(AsffSchema, source.value);
  if (!result.success) return { findings: [], problems: problemsOf(result.issues, source) };
  const finding = result.output;
  const draft = draftOf(finding);
  const region = isRegion(finding.region) ? { region: finding.region } : {};
  const { suspects, problems } = hubInstances(
    {
      type: draft.type,
      resources: finding.resources.map((resource) => hubResource(resource, finding)),
      fallback: { ...region, ...placeOf(finding.id) },
      listedIn: 'resources',
    },
    source,
  );
  return { findings: suspects.map((suspect) => about(draft, suspect)), problems };
}
