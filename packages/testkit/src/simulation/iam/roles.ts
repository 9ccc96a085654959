import type { SimulatedAccount } from '../account.js';
import { lagSeconds } from '../lag.js';
import type { Credentials, Principal } from '../principal.js';
import { slice } from '../slice.js';
import type { PolicyDocument } from './policy.js';

/** A policy, and from when AWS's servers know of it. */
export interface RolePolicy {
  readonly text: string;
  readonly document: PolicyDocument;
  readonly effectiveFromMs: number;
}

export interface PolicyVersion {
  /** `v1`; numbers are never given twice. */
  readonly id: string;
  readonly text: string;
  readonly document: PolicyDocument;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  /** In the order of their making. */
  readonly versions: PolicyVersion[];
  nextVersion: number;
  defaultId: string;
  /** What was the default before, until the change has spread. */
  fading: { readonly document: PolicyDocument; readonly untilMs: number } | undefined;
  /** Until then IAM does not find it. */
  readonly knownFromMs: number;
}

/** The document that counts at this moment. */
export function documentOf(policy: ManagedPolicy, nowMs: number): PolicyDocument {
  const { fading, versions, defaultId } = policy;
  if (fading !== undefined && fading.untilMs > nowMs) return fading.document;
  const current = versions.find(({ id }) => id === defaultId);
  if (current === undefined) throw new Error(`${policy.arn} has no version ${defaultId}`);
  return current.document;
}

export interface SimulatedRole {
  readonly name: string;
  /** `AROA...` */
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly account: SimulatedAccount;
  readonly createdAt: Date;
  trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** By name. */
  readonly inline: Map<string, RolePolicy>;
  /** What was there before the last change, until the change has spread. */
  readonly fading: Map<string, RolePolicy & { readonly untilMs: number }>;
  /** ARNs. */
  readonly attached: string[];
  /** Of policies that were attached a moment ago: from when AWS applies them. */
  readonly appliedFromMs: Map<string, number>;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of a managed policy: the most that the others can give. */
  readonly boundary?: string;
  lastUsed?: { readonly at: Date; readonly region: string };
}

export interface InstanceProfile {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly roleName: string | undefined;
  readonly createdAt: Date;
  /** EC2 does not know a fresh profile until IAM has spread. */
  readonly knownToEc2FromMs: number;
}

export const rolesOf = slice((_account: SimulatedAccount) => new Map<string, SimulatedRole>());
export const profilesOf = slice((_account: SimulatedAccount) => new Map<string, InstanceProfile>());
export const managedPoliciesOf = slice((_account: SimulatedAccount) => new Map<string, ManagedPolicy>());

export interface RoleOptions {
  readonly name: string;
  /** `/` unless told; service-linked roles live under `/aws-service-role/`. */
  readonly path?: string;
  /** Who may assume it: EC2 unless told. */
  readonly trust?: PolicyDocument;
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly attached?: readonly string[];
  /** `AROA...`, drawn unless told. */
  readonly id?: string;
  readonly maxSessionSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of a managed policy. */
  readonly boundary?: string;
}

export const TRUST_EC2: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Puts a role into the account. */
export function addRole(account: SimulatedAccount, options: RoleOptions): SimulatedRole {
  const { name, path = '/', trust = TRUST_EC2, policies = {} } = options;
  const role: SimulatedRole = {
    name,
    path,
    account,
    id: options.id ?? account.world.principalId('AROA'),
    arn: `arn:aws:iam::${account.id}:role${path}${name}`,
    createdAt: account.world.now(),
    trust,
    maxSessionSeconds: options.maxSessionSeconds ?? 3_600,
    inline: new Map(
      Object.entries(policies).map(([policyName, document]) => [
        policyName,
        { text: JSON.stringify(document), document, effectiveFromMs: 0 },
      ]),
    ),
    fading: new Map(),
    attached: [...(options.attached ?? [])],
    appliedFromMs: new Map(),
    tags: options.tags ?? {},
    ...(options.boundary === undefined ? {} : { boundary: options.boundary }),
  };
  rolesOf(account).set(name, role);
  return role;
}

/** Puts a customer-managed policy into the account, with its earlier versions; the answer is its ARN. */
export function addManagedPolicy(
  account: SimulatedAccount,
  name: string,
  ...versions: readonly [...earlier: readonly PolicyDocument[], document: PolicyDocument]
): string {
  const arn = `arn:aws:iam::${account.id}:policy/${name}`;
  managedPoliciesOf(account).set(arn, {
    arn,
    name,
    versions: versions.map((document, index) => ({
      id: `v${index + 1}`,
      text: JSON.stringify(document),
      document,
    })),
    nextVersion: versions.length + 1,
    defaultId: `v${versions.length}`,
    fading: undefined,
    knownFromMs: 0,
  });
  return arn;
}

export interface ProfileOptions {
  readonly name: string;
  readonly roleName?: string;
  readonly path?: string;
  /** It was made only now, and EC2 does not know it yet. */
  readonly fresh?: 'fresh';
}

/** Puts an instance profile into the account. Its name need not be its role's. */
export function addInstanceProfile(account: SimulatedAccount, options: ProfileOptions): InstanceProfile {
  const { name, path = '/' } = options;
  const nowMs = account.world.now().getTime();
  const profile: InstanceProfile = {
    name,
    path,
    id: account.world.principalId('AIPA'),
    arn: `arn:aws:iam::${account.id}:instance-profile${path}${name}`,
    roleName: options.roleName,
    createdAt: account.world.now(),
    knownToEc2FromMs: options.fresh === undefined ? 0 : nowMs + 1_000 * (5 + lagSeconds(account.world)),
  };
  profilesOf(account).set(name, profile);
  return profile;
}

/** A role by its ARN, in whichever account of the world it is. */
export function roleByArn(account: SimulatedAccount, arn: string): SimulatedRole | undefined {
  const owner = account.world.accounts().find((candidate) => candidate.id === arn.split(':')[4]);
  if (owner === undefined) return undefined;
  return [...rolesOf(owner).values()].find((role) => role.arn === arn);
}

/** The policies that AWS applies to a role at this moment. */
export function policiesOf(role: SimulatedRole): readonly PolicyDocument[] {
  const nowMs = role.account.world.now().getTime();
  const inline = [...role.inline.values()].filter((policy) => policy.effectiveFromMs <= nowMs);
  const fading = [...role.fading.values()].filter((policy) => policy.untilMs > nowMs);
  const managed = role.attached
    .filter((arn) => (role.appliedFromMs.get(arn) ?? 0) <= nowMs)
    .flatMap((arn) => managedPoliciesOf(role.account).get(arn) ?? []);
  return [
    ...[...inline, ...fading].map((policy) => policy.document),
    ...managed.map((policy) => documentOf(policy, nowMs)),
  ];
}

/** The document of a role's boundary, where it has one. */
function boundaryOf(role: SimulatedRole): PolicyDocument | undefined {
  const boundary = managedPoliciesOf(role.account).get(role.boundary ?? '');
  return boundary === undefined ? undefined : documentOf(boundary, role.account.world.now().getTime());
}

interface SessionOptions {
  readonly sessionName: string;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A session of the role as a principal. */
export function sessionOf(role: SimulatedRole, options: SessionOptions): Principal {
  const { sessionName, sourceIdentity, tags } = options;
  return {
    kind: 'role',
    accountId: role.account.id,
    arn: `arn:aws:sts::${role.account.id}:assumed-role/${role.name}/${sessionName}`,
    principalArn: role.arn,
    userId: `${role.id}:${sessionName}`,
    roleName: role.name,
    sessionName,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(tags === undefined ? {} : { tags }),
    policies: () => policiesOf(role),
    boundary: () => boundaryOf(role),
  };
}

const INSTANCE_SESSION_MS = 6 * 3_600_000;

/** What IMDS hands out on an instance, and what an intruder steals: a session named after the instance. */
export function instanceCredentials(role: SimulatedRole, instanceId: string): Credentials {
  const expiration = new Date(role.account.world.now().getTime() + INSTANCE_SESSION_MS);
  return role.account.world.issueKeys(sessionOf(role, { sessionName: instanceId }), expiration);
}
