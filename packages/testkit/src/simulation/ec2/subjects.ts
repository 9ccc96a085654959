import type { SimulatedRegion } from '../account.js';
import type { PolicyRequest } from '../iam/policy.js';
import type { AuthorizedSubject, SimulatedCall } from '../service.js';
import { collectionsOf } from './collections.js';
import { type Fields, namedIds } from './named-ids.js';
import { findSnapshot } from './snapshots.js';

/** What each of these calls makes. EC2 asks for it before it has an id: `instance/*`. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  CopySnapshot: ['snapshot'],
  CreateNetworkAcl: ['network-acl'],
  CreateSecurityGroup: ['security-group'],
  CreateSnapshot: ['snapshot'],
  CreateSnapshots: ['snapshot'],
  CreateVolume: ['volume'],
  RunInstances: ['instance', 'volume', 'network-interface'],
};

/** Snapshots and images belong to no account in their ARNs. */
const OWNERLESS: ReadonlySet<string> = new Set(['snapshot', 'image']);

function arnOf(region: SimulatedRegion, type: string, id: string): string {
  const owner = OWNERLESS.has(type) ? '' : region.account.id;
  return `arn:aws:ec2:${region.name}:${owner}:${type}/${id}`;
}

type Context = PolicyRequest['context'];
type Pairs = Iterable<readonly [key: string, value: string]>;

function prefixed(tags: Pairs, ...prefixes: readonly string[]): Context {
  return Object.fromEntries(
    [...tags].flatMap(([key, value]) => prefixes.map((prefix) => [`${prefix}/${key}`, value])),
  );
}

/** What the call says of the tags that it brings along. */
function requested(tags: Pairs): Context {
  const pairs = [...tags];
  return pairs.length === 0
    ? {}
    : { ...prefixed(pairs, 'aws:RequestTag'), 'aws:TagKeys': pairs.map(([key]) => key) };
}

function tagsFor(fields: Fields, type: string): Pairs {
  const own = (fields.TagSpecifications ?? []).filter(({ ResourceType }) => ResourceType === type);
  return own.flatMap(({ Tags = [] }) => Tags.map(({ Key = '', Value = '' }) => [Key, Value] as const));
}

/** A thing that is there, with its tags; what EC2 does not show yet has none. */
function existing(region: SimulatedRegion, id: string): AuthorizedSubject | undefined {
  const kind = id.slice(0, id.lastIndexOf('-'));
  const entry = collectionsOf(region).find((one) => one.kind === kind);
  if (entry === undefined) return undefined;
  const tags = entry.find(id)?.tags ?? [];
  return {
    resource: arnOf(region, entry.type, id),
    context: prefixed(tags, 'aws:ResourceTag', 'ec2:ResourceTag'),
  };
}

function made(operation: string, { region }: SimulatedCall, fields: Fields): readonly AuthorizedSubject[] {
  const tokens = fields.MetadataOptions?.HttpTokens;
  return (MADE[operation] ?? []).map((type) => ({
    resource: arnOf(region, type, '*'),
    context: {
      ...requested(tagsFor(fields, type)),
      ...(type === 'instance' && tokens !== undefined ? { 'ec2:MetadataHttpTokens': tokens } : {}),
    },
  }));
}

/** A call that brings tags along needs `ec2:CreateTags` too. */
function tagged(operation: string, { region }: SimulatedCall, fields: Fields): readonly AuthorizedSubject[] {
  const types = new Set((fields.TagSpecifications ?? []).map(({ ResourceType = '' }) => ResourceType));
  return [...types]
    .map((type) => ({ type, context: requested(tagsFor(fields, type)) }))
    .filter(({ context }) => Object.keys(context).length > 0)
    .map(({ type, context }) => ({
      action: 'ec2:CreateTags',
      resource: arnOf(region, type, '*'),
      context: { ...context, 'ec2:CreateAction': operation },
    }));
}

/** With whom a snapshot is to be shared, in both forms of the call. */
function sharing({ CreateVolumePermission: lists, ...fields }: Fields): Context {
  const adds = fields.OperationType !== 'remove';
  const users = [
    ...(lists?.Add ?? []).flatMap(({ UserId: id }) => id ?? []),
    ...(adds ? (fields.UserIds ?? []) : []),
  ];
  const groups = [
    ...(lists?.Add ?? []).flatMap(({ Group: id }) => id ?? []),
    ...(adds ? (fields.GroupNames ?? []) : []),
  ];
  return {
    ...(users.length === 0 ? {} : { 'ec2:Add/userId': users }),
    ...(groups.length === 0 ? {} : { 'ec2:Add/group': groups }),
  };
}

/** Of what is copied IAM knows no tags, and it may be another account's. */
function copied({ account, region }: SimulatedCall, fields: Fields): readonly AuthorizedSubject[] {
  const from = account.region(fields.SourceRegion ?? region.name);
  const id = fields.SourceSnapshotId ?? '';
  return [{ resource: arnOf(findSnapshot(from, id)?.region ?? from, 'snapshot', id) }];
}

function named(operation: string, call: SimulatedCall, fields: Fields): readonly AuthorizedSubject[] {
  const own: Context = {
    ...(operation === 'ModifySnapshotAttribute' ? sharing(fields) : {}),
    ...(operation === 'CreateTags'
      ? requested((fields.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const))
      : {}),
  };
  return namedIds(operation, call, fields)
    .flatMap((id) => existing(call.region, id) ?? [])
    .map(({ context, ...subject }) => ({ ...subject, context: { ...context, ...own } }));
}

/**
 * What EC2 asks a caller's policies about: everything that the call makes, with the tags that it brings along, and
 * everything that it names, with the tags that it has.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function subjects(operation: string, call: SimulatedCall): readonly AuthorizedSubject[] {
  // Lists know no resources.
  if (operation.startsWith('Describe')) return [{ resource: '*' }];
  // Every field is looked at before it is used.
  const fields = call.input as Fields;
  const all = [
    ...made(operation, call, fields),
    ...(operation === 'CopySnapshot' ? copied(call, fields) : named(operation, call, fields)),
    ...tagged(operation, call, fields),
  ];
  return all.length === 0 ? [{ resource: '*' }] : all;
}
