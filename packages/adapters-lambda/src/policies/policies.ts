import { type AnyPipeline, plan } from '@cordon/core';
import type { PolicyDocument, PolicyStatement } from './policy-document.js';
import { keyScopes, type PolicyOptions, type Scope, USES_KEYS } from './scope.js';
import { securityScopes } from './security-scopes.js';
import { suspectScopes } from './suspect-scopes.js';

/** Why a statement is no narrower, by its Sid. */
export type PolicyReasons = Readonly<Record<string, string>>;

/** The two roles that a pipeline acts in. */
export interface PipelinePolicies {
  /** Of the responder in each suspect account. */
  readonly suspect: PolicyDocument;
  readonly security: PolicyDocument;
  /** Of every statement that no condition narrows. */
  readonly reasons: { readonly suspect: PolicyReasons; readonly security: PolicyReasons };
}

/** What journal and evidence in S3 call for themselves, besides what the steps declare. */
const STORE_ACTIONS = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectAttributes',
  's3:GetObjectRetention',
  's3:GetObjectVersion',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

const READS = /:(?:Describe|Get|List|Head|Lookup|Simulate|Filter)/;

/** Given out by name and nothing else: what is not named is not read. */
const READ_BY_NAME: ReadonlySet<string> = new Set(['ssm:GetParameter']);

/** What no scope speaks of: lists, and what steps of other packages declare. */
function others(actions: readonly string[], scopes: readonly Scope[]): readonly Scope[] {
  const spoken = new Set([...scopes.flatMap((scope) => scope.actions), ...READ_BY_NAME]);
  const other = actions.filter((action) => !spoken.has(action) && !action.startsWith('s3:'));
  return [
    {
      sid: 'Read',
      actions: other.filter((action) => READS.test(action)),
      resources: ['*'],
      because: 'most lists know no resource, and what the suspect has, only the incident says',
    },
    {
      sid: 'Other',
      actions: other.filter((action) => !READS.test(action)),
      resources: ['*'],
      because: 'steps of other packages: of these actions Cordon knows nothing that would narrow them',
    },
  ];
}

/** Logs of load balancers, flows and DNS lie in buckets that only the incident names, under a folder that AWS names. */
function logScopes(partition: string): readonly Scope[] {
  const because = 'which bucket the logs of load balancers and flows lie in, only the incident says';
  return [
    { sid: 'ListLogs', actions: ['s3:ListBucket'], resources: [`arn:${partition}:s3:::*`], because },
    {
      sid: 'ReadLogs',
      actions: ['s3:GetObject'],
      resources: [`arn:${partition}:s3:::*/AWSLogs/*`],
      because: `${because}; what AWS has written, and nothing beside it`,
    },
  ];
}

function storeScope(actions: readonly string[], { buckets, partition = 'aws' }: PolicyOptions): Scope {
  const used = actions.filter((action) => action.startsWith('s3:'));
  return {
    sid: 'EvidenceAndStaging',
    actions: [...new Set([...used, ...STORE_ACTIONS])],
    resources: buckets.flatMap((name) => [
      `arn:${partition}:s3:::${name}`,
      `arn:${partition}:s3:::${name}/*`,
    ]),
    because:
      'the deployment’s own buckets; journals and evidence have names that only the incident gives them',
  };
}

function statementOf({ sid, actions, resources, condition }: Scope, declared: ReadonlySet<string>) {
  const Action = [...new Set(actions)].filter((action) => declared.has(action)).toSorted();
  const statement: PolicyStatement = {
    Sid: sid,
    Effect: 'Allow',
    Action,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  return Action.length === 0 ? [] : [statement];
}

/** The responder's role may write into roles: into all but its own. */
function notItself({ responderRoles = [], partition = 'aws' }: PolicyOptions): readonly PolicyStatement[] {
  if (responderRoles.length === 0) return [];
  const Action = [
    'iam:AttachRolePolicy',
    'iam:DeleteRolePolicy',
    'iam:DetachRolePolicy',
    'iam:PutRolePolicy',
  ];
  const Resource = responderRoles.map((name) => `arn:${partition}:iam::*:role/${name}`);
  return [{ Sid: 'NotItself', Effect: 'Deny', Action, Resource }];
}

interface Half {
  readonly document: PolicyDocument;
  readonly reasons: PolicyReasons;
}

function half(scopes: readonly Scope[], declared: readonly string[], more: readonly PolicyStatement[]): Half {
  const all = new Set(declared);
  const stated = scopes.map((scope) => ({ scope, statements: statementOf(scope, all) }));
  const reasons = stated.flatMap(({ scope: { sid, because }, statements }) =>
    statements.length === 0 || because === undefined ? [] : [[sid, because] as const],
  );
  const Statement = [...stated.flatMap(({ statements }) => statements), ...more];
  return { document: { Version: '2012-10-17', Statement }, reasons: Object.fromEntries(reasons) };
}

/**
 * The least that the two roles of a pipeline need, from what its steps declare: no action that no step calls; changes to
 * the suspect's kind of thing only, and to what Cordon has made only where it carries Cordon's tags; snapshots shared with
 * the security account only, and deleted only where they are no evidence; S3 only for the named buckets and for logs that
 * AWS writes; keys only through EBS; one role to pass. Put the suspect's into the responder role of every suspect account.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html, and the pages beside it
 *
 * @throws PipelineError when the pipeline does not hold together
 */
export function policies(pipeline: AnyPipeline, options: PolicyOptions): PipelinePolicies {
  const { region, otherRegions = [], partition = 'aws' } = options;
  const steps = plan(pipeline);
  const declared = (role: 'suspect' | 'security') => steps.flatMap(({ actions }) => actions[role] ?? []);
  const keys = (actions: readonly string[], regions: readonly string[]) =>
    actions.some((action) => USES_KEYS.has(action)) ? keyScopes(regions, partition) : [];
  const implied = (scopes: readonly Scope[]) => scopes.flatMap(({ actions }) => actions);

  const inSuspect = declared('suspect');
  const ofSuspect = suspectScopes(options);
  const suspectKeys = keys(inSuspect, [region]);
  const suspect = half(
    [...others(inSuspect, ofSuspect), ...ofSuspect, ...logScopes(partition), ...suspectKeys],
    [...inSuspect, ...implied(suspectKeys)],
    notItself(options),
  );

  const inSecurity = declared('security');
  const ofSecurity = securityScopes(options);
  const store = storeScope(inSecurity, options);
  const securityKeys = keys(inSecurity, [region, ...otherRegions]);
  const passes = inSecurity.includes('ec2:RunInstances') ? ['iam:PassRole'] : [];
  const security = half(
    [...others(inSecurity, ofSecurity), ...ofSecurity, store, ...securityKeys],
    [...inSecurity, ...passes, ...implied([store, ...securityKeys])],
    [],
  );
  return {
    suspect: suspect.document,
    security: security.document,
    reasons: { suspect: suspect.reasons, security: security.reasons },
  };
}
