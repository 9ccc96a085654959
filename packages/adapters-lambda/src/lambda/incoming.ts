import {
  type Clock,
  type Duration,
  type Finding,
  type FindingProblem,
  manualFinding,
  parseFindings,
  snsProblem,
} from '@cordon/core';
import * as v from 'valibot';

/** Topics whose messages are believed to come from where they say. */
export interface TrustedTopics {
  readonly topicArns: readonly string[];
  /** Default 1 h: SNS tries again for as long. */
  readonly maxAge?: Duration;
  /** Gets SNS's certificate, as PEM; asked only for addresses of SNS itself. Default: `fetch`, kept. */
  readonly fetchCertificate?: (url: string) => Promise<string>;
}

/** Findings of one event, and whether AWS itself vouches for them. */
export interface Incoming {
  readonly findings: readonly Finding[];
  /** `aws`: EventBridge's own event of a detector; `claim`: somebody says so. */
  readonly from: 'aws' | 'claim';
  readonly problems: readonly Pick<FindingProblem, 'code' | 'path' | 'message'>[];
}

/** `PutEvents` refuses sources that begin with `aws.`: what has one is AWS's. */
const EventBridgeSchema = v.object({
  source: v.picklist(['aws.guardduty', 'aws.securityhub']),
  'detail-type': v.string(),
  detail: v.unknown(),
});

const SnsEventSchema = v.object({
  Records: v.pipe(
    v.array(
      v.object({
        EventSource: v.literal('aws:sns'),
        Sns: v.looseObject({ Message: v.string(), SigningCertUrl: v.optional(v.string()) }),
      }),
    ),
    v.minLength(1),
  ),
});

const ByHandSchema = v.object({
  instanceId: v.string(),
  account: v.string(),
  region: v.string(),
  reason: v.string(),
});

const certificates = new Map<string, Promise<string>>();

/** SNS's certificates seldom change: one is fetched once in the life of a process. */
function fetchOnce(url: string): Promise<string> {
  const known = certificates.get(url) ?? fetch(url).then((answer) => answer.text());
  certificates.set(url, known);
  known.catch(() => certificates.delete(url));
  return known;
}

type SnsRecord = v.InferOutput<typeof SnsEventSchema>['Records'][number];

async function fromSns(
  records: readonly SnsRecord[],
  topics: TrustedTopics | undefined,
  clock: Clock,
): Promise<Incoming> {
  const findings: Finding[] = [];
  const problems: Incoming['problems'][number][] = [];
  for (const [nth, { Sns }] of records.entries()) {
    // Lambda writes this one name in another way than SNS itself does.
    const message = { ...Sns, SigningCertURL: Sns.SigningCertUrl };
    const { topicArns = [], fetchCertificate = fetchOnce, maxAge } = topics ?? {};
    const age = maxAge === undefined ? {} : { maxAge };
    const why = await snsProblem(message, { topicArns, now: clock.now(), fetchCertificate, ...age });
    const parsed = why === undefined ? parseFindings(Sns.Message) : { findings: [], problems: [] };
    findings.push(...parsed.findings);
    problems.push(...parsed.problems);
    const said = {
      code: 'NOT_A_FINDING',
      path: `Records.${nth}.Sns`,
      message: `not believed: ${why}`,
    } as const;
    if (why !== undefined) problems.push(said);
  }
  return { findings, problems, from: 'claim' };
}

function byHand(event: v.InferOutput<typeof ByHandSchema>): Incoming {
  try {
    return { findings: [manualFinding(event)], problems: [], from: 'claim' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { findings: [], problems: [{ code: 'NOT_A_FINDING', path: '', message }], from: 'claim' };
  }
}

/** Takes the findings out of whatever a Lambda is invoked with; never throws for what is in it. */
export async function incomingFindings(
  event: unknown,
  options: { readonly topics: TrustedTopics | undefined; readonly clock: Clock },
): Promise<Incoming> {
  const sns = v.safeParse(SnsEventSchema, event);
  if (sns.success) return fromSns(sns.output.Records, options.topics, options.clock);
  const hand = v.safeParse(ByHandSchema, event);
  if (hand.success) return byHand(hand.output);
  const from = v.is(EventBridgeSchema, event) ? 'aws' : 'claim';
  return { ...parseFindings(event), from };
}
