import type { SimulatedAccount, SimulatedRegion } from '../account.js';
import type { SimulatedCall } from '../service.js';
import { slice } from '../slice.js';
import { newKeyPair, type SigningPair } from './signing.js';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface KeyGrant {
  readonly id: string;
  readonly granteePrincipal: string;
  readonly operations: readonly string[];
}

export interface SimulatedKey {
  /** A UUID. */
  readonly id: string;
  readonly arn: string;
  readonly region: SimulatedRegion;
  /** `AWS`: the default key of a service, which no policy opens to others. */
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly alias: string | undefined;
  state: KeyState;
  deletionDate: Date | undefined;
  readonly usage: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY';
  readonly description: string;
  /** Accounts that the key policy lets use it, beside its own. */
  readonly sharedWith: Set<string>;
  readonly grants: KeyGrant[];
  readonly createdAt: Date;
  /** Of signing keys. */
  readonly pair: SigningPair | undefined;
}

const AWS_EBS = 'alias/aws/ebs';

export const keysOf = slice((_region: SimulatedRegion) => new Map<string, SimulatedKey>());

export interface KeyOptions {
  readonly id?: string;
  readonly alias?: string;
  /** Accounts that its policy lets use it: what sharing an encrypted snapshot needs. */
  readonly sharedWith?: readonly string[];
  readonly state?: KeyState;
  readonly usage?: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY';
  readonly manager?: 'AWS' | 'CUSTOMER';
  readonly description?: string;
}

/** Puts a key into the region. */
export function addKey(region: SimulatedRegion, options: KeyOptions = {}): SimulatedKey {
  const { id = region.world.uuid(), usage = 'ENCRYPT_DECRYPT' } = options;
  const key: SimulatedKey = {
    id,
    arn: region.arn('kms', `key/${id}`),
    region,
    manager: options.manager ?? 'CUSTOMER',
    alias: options.alias,
    state: options.state ?? 'Enabled',
    deletionDate: undefined,
    usage,
    description: options.description ?? '',
    sharedWith: new Set(options.sharedWith ?? []),
    grants: [],
    createdAt: region.world.now(),
    pair: usage === 'SIGN_VERIFY' ? newKeyPair() : undefined,
  };
  keysOf(region).set(id, key);
  return key;
}

/** The default key of EBS, made when first needed. */
export function awsEbsKey(region: SimulatedRegion): SimulatedKey {
  const known = [...keysOf(region).values()].find((key) => key.alias === AWS_EBS);
  return known ?? addKey(region, { alias: AWS_EBS, manager: 'AWS', description: 'Default key for EBS' });
}

/** A key by id, ARN, alias or alias ARN; another account's by ARN only. */
export function findKey(region: SimulatedRegion, name: string): SimulatedKey | undefined {
  if (name.startsWith('arn:')) {
    const [, , , regionName = '', accountId = '', resource = ''] = name.split(':');
    const owner = region.world.accounts().find((account) => account.id === accountId);
    if (owner === undefined) return undefined;
    return findKey(owner.region(regionName), resource.replace(/^key\//, ''));
  }
  if (name === AWS_EBS) return awsEbsKey(region);
  if (name.startsWith('alias/')) return [...keysOf(region).values()].find((key) => key.alias === name);
  return keysOf(region).get(name);
}

/** Whether this account may use the key now: enabled, and its own or opened to it by policy. */
export function usableBy(account: SimulatedAccount, key: SimulatedKey): boolean {
  return key.state === 'Enabled' && mayUse(account, key);
}

/** Whether the key's policy lets this account use it, whatever its state. */
export function mayUse(account: SimulatedAccount, key: SimulatedKey): boolean {
  if (key.region.account.id === account.id) return true;
  return key.manager === 'CUSTOMER' && key.sharedWith.has(account.id);
}

/** What EBS asks of KMS in the caller's name: reading under a key, and writing under one. */
export const READ_UNDER_KEY = ['kms:Decrypt'] as const;
export const WRITE_UNDER_KEY = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'] as const;

/** Whether EBS may use the key for the caller: the key's state and policy, and the caller's own permissions. */
export function callerMayUse(call: SimulatedCall, key: SimulatedKey, actions: readonly string[]): boolean {
  if (!usableBy(call.account, key)) return false;
  // The policy of a service's default key lets everybody in the account use it through the service.
  const context = {
    'kms:ViaService': `ec2.${call.region.name}.amazonaws.com`,
    'kms:CallerAccount': call.account.id,
    'kms:GrantIsForAWSResource': 'true',
  };
  return key.manager === 'AWS' || actions.every((action) => call.allows(action, key.arn, context));
}
