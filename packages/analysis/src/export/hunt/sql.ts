import { type Hunt, oneLine, valuesOf } from './hunt-model.js';

/** A literal of SQL as Athena, CloudTrail Lake, AWS Config and SQLite read it: only the quote has a meaning, doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function list(values: readonly string[]): string {
  return values.map(literal).join(', ');
}

/** A part of a LIKE, where `%` and `_` are taken as they are. */
function likeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('%', '\\%').replaceAll('_', '\\_');
}

/** A query and what it is for. */
interface Query {
  readonly why: string;
  readonly sql: string;
}

function script(hunt: Hunt, head: string, queries: readonly Query[]): string {
  const parts = queries.map(({ why, sql }) => `-- ${oneLine(why)}\n${sql};\n`);
  return [`-- Incident ${oneLine(hunt.incidentId)}. ${head}\n`, ...parts].join('\n');
}

const CALLS = [
  'eventTime, recipientAccountId, awsRegion, userIdentity.arn, userIdentity.accessKeyId,',
  '       eventSource, eventName, sourceIPAddress, userAgent, errorCode',
].join('\n');

/** CloudTrail, in the words of a Lake's event data store or of the table that CloudTrail makes for Athena. */
function trailQueries(hunt: Hunt, table: string, since: string): readonly Query[] {
  const addresses = valuesOf(hunt, 'ip');
  const { roleName, ownAddresses = [] } = hunt.kin;
  const select = (where: string) =>
    `SELECT ${CALLS}\nFROM ${table}\nWHERE ${since}\n  AND ${where}\nORDER BY eventTime`;
  const elsewhere = ownAddresses.length === 0 ? '' : `\n  AND sourceIPAddress NOT IN (${list(ownAddresses)})`;
  return [
    ...(addresses.length === 0
      ? []
      : [
          {
            why: 'Whoever called AWS from the addresses of the intruder',
            sql: select(`sourceIPAddress IN (${list(addresses)})`),
          },
        ]),
    ...(roleName === undefined
      ? []
      : [
          {
            why: 'The role of the suspect, used from anywhere but the suspect',
            sql: select(
              `userIdentity.arn LIKE ${literal(`%:assumed-role/${likeText(roleName)}/%`)} ESCAPE '\\'${elsewhere}`,
            ),
          },
        ]),
  ];
}

/** For CloudTrail Lake. */
export function cloudTrailLakeSql(hunt: Hunt): string {
  const since = `eventTime >= ${literal(hunt.since.slice(0, 19).replace('T', ' '))}`;
  const head = 'Put the id of your event data store for EVENT_DATA_STORE.';
  return script(hunt, head, trailQueries(hunt, 'EVENT_DATA_STORE', since));
}

/** For Athena: CloudTrail, VPC flow logs and the resolver's query logs, in the tables that AWS's guides make. */
export function athenaSql(hunt: Hunt): string {
  const head = 'Tables as in the Athena user guide: cloudtrail_logs, vpc_flow_logs, r53_rlogs.';
  return script(hunt, head, [
    ...trailQueries(hunt, 'cloudtrail_logs', `eventTime >= ${literal(hunt.since)}`),
    ...flowQueries(hunt),
    ...resolverQueries(hunt),
  ]);
}

function flowQueries(hunt: Hunt): readonly Query[] {
  const addresses = valuesOf(hunt, 'ip');
  if (addresses.length === 0) return [];
  const sql = `SELECT account_id, interface_id, srcaddr, srcport, dstaddr, dstport, action,
       sum(bytes) AS bytes, min("start") AS first, max("end") AS last
FROM vpc_flow_logs
WHERE "start" >= ${Math.floor(Date.parse(hunt.since) / 1000)}
  AND (srcaddr IN (${list(addresses)}) OR dstaddr IN (${list(addresses)}))
GROUP BY account_id, interface_id, srcaddr, srcport, dstaddr, dstport, action
ORDER BY first`;
  return [{ why: 'Interfaces that talked to the addresses of the intruder', sql }];
}

function resolverQueries(hunt: Hunt): readonly Query[] {
  const domains = valuesOf(hunt, 'domain').map((domain) => domain.toLowerCase().replace(/\.$/, ''));
  if (domains.length === 0) return [];
  const any = domains
    .map((domain) => `lower(query_name) LIKE ${literal(`%.${likeText(domain)}.`)} ESCAPE '\\'`)
    .join('\n   OR ');
  const sql = `SELECT query_timestamp, srcaddr, srcids.instance, query_name, query_type, rcode
FROM r53_rlogs
WHERE query_timestamp >= ${literal(hunt.since)}
  AND (lower(query_name) IN (${list(domains.map((domain) => `${domain}.`))})
   OR ${any})
ORDER BY query_timestamp`;
  return [{ why: 'Instances that asked for the names of the finding', sql }];
}

/** AWS Config's advanced queries, over an aggregator: instances with what the suspect had. */
export function configSql(hunt: Hunt): string {
  const { imageId, launchTemplate, roleName, autoScalingGroup } = hunt.kin;
  const about = 'resourceId, accountId, awsRegion, configuration.imageId, configuration.launchTime';
  const instances = (why: string, where: string): Query => ({
    why,
    sql: `SELECT ${about}\nWHERE resourceType = 'AWS::EC2::Instance'\n  AND ${where}`,
  });
  const tag = (key: string, value: string) =>
    `tags.key = ${literal(key)}\n  AND tags.value = ${literal(value)}`;
  return script(hunt, 'Run on an aggregator, one at a time.', [
    ...(imageId === undefined
      ? []
      : [instances('Instances of the same image', `configuration.imageId = ${literal(imageId)}`)]),
    ...(roleName === undefined
      ? []
      : [
          instances(
            'Instances whose profile has the name of the role',
            `configuration.iamInstanceProfile.arn LIKE ${literal(`%/${roleName}`)}`,
          ),
        ]),
    ...(launchTemplate === undefined
      ? []
      : [
          instances('Instances of the same launch template', tag('aws:ec2launchtemplate:id', launchTemplate)),
        ]),
    ...(autoScalingGroup === undefined
      ? []
      : [instances('Instances of the same group', tag('aws:autoscaling:groupName', autoScalingGroup))]),
  ]);
}
