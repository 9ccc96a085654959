import { createHash } from 'node:crypto';
import type { KeyMetadata } from '@aws-sdk/client-kms';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { findKey, mayUse, type SimulatedKey } from './keys.js';
import { signDigest, verifyDigest } from './signing.js';

type Kms = typeof import('@aws-sdk/client-kms');

/** The key that a call names, when its policy lets the caller's account near it. */
function keyNamed(call: SimulatedCall, name: string | undefined): SimulatedKey {
  const key = findKey(call.region, name ?? '');
  if (key === undefined) {
    throw awsError('NotFoundException', `Key '${call.region.arn('kms', `key/${name}`)}' does not exist`);
  }
  if (mayUse(call.account, key)) return key;
  throw awsError(
    'AccessDeniedException',
    `User: ${call.principal.arn} is not authorized to perform this operation on resource: ${key.arn} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  );
}

function enabled(key: SimulatedKey): SimulatedKey {
  if (key.state === 'Disabled') throw awsError('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw awsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

function signing(key: SimulatedKey): NonNullable<SimulatedKey['pair']> {
  if (key.pair !== undefined) return key.pair;
  throw awsError(
    'InvalidKeyUsageException',
    `${key.arn} key usage is ENCRYPT_DECRYPT which is not valid for this operation.`,
  );
}

function describe(key: SimulatedKey): KeyMetadata {
  return {
    AWSAccountId: key.region.account.id,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === 'Enabled',
    KeyState: key.state,
    KeyManager: key.manager,
    KeyUsage: key.usage,
    KeySpec: key.pair === undefined ? 'SYMMETRIC_DEFAULT' : 'ECC_NIST_P256',
    Origin: 'AWS_KMS',
    MultiRegion: false,
    Description: key.description,
    ...(key.deletionDate === undefined ? {} : { DeletionDate: key.deletionDate }),
    ...(key.pair === undefined ? {} : { SigningAlgorithms: ['ECDSA_SHA_256'] }),
  };
}

interface SignInput {
  readonly Message?: Uint8Array | undefined;
  readonly MessageType?: string | undefined;
  readonly SigningAlgorithm?: string | undefined;
}

const MOST_MESSAGE_BYTES = 4_096;
const SHA256_BYTES = 32;

/** `RAW` is hashed by KMS, `DIGEST` by the caller. */
function digest(input: SignInput): Uint8Array {
  const { Message = new Uint8Array(), MessageType = 'RAW', SigningAlgorithm } = input;
  if (SigningAlgorithm !== 'ECDSA_SHA_256') {
    throw awsError(
      'ValidationException',
      `Algorithm ${SigningAlgorithm} and key spec ECC_NIST_P256 are incompatible`,
    );
  }
  if (Message.length === 0 || Message.length > MOST_MESSAGE_BYTES) {
    throw awsError(
      'ValidationException',
      `1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to ${MOST_MESSAGE_BYTES}`,
    );
  }
  if (MessageType === 'DIGEST' && Message.length !== SHA256_BYTES) {
    throw awsError('ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.');
  }
  return MessageType === 'DIGEST' ? Message : createHash('sha256').update(Message).digest();
}

export const kmsHandlers: Handlers<
  Kms,
  'DescribeKey' | 'Sign' | 'Verify' | 'GetPublicKey' | 'CreateGrant' | 'CancelKeyDeletion'
> = {
  DescribeKey: (call) => ({ KeyMetadata: describe(keyNamed(call, call.input.KeyId)) }),

  Sign: (call) => {
    const key = enabled(keyNamed(call, call.input.KeyId));
    const pair = signing(key);
    return {
      KeyId: key.arn,
      SigningAlgorithm: 'ECDSA_SHA_256',
      Signature: signDigest(pair, digest(call.input)),
    };
  },

  Verify: (call) => {
    const key = enabled(keyNamed(call, call.input.KeyId));
    const valid = verifyDigest(signing(key), digest(call.input), call.input.Signature ?? new Uint8Array());
    if (!valid) throw awsError('KMSInvalidSignatureException', '');
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: 'ECDSA_SHA_256' };
  },

  GetPublicKey: (call) => {
    const key = enabled(keyNamed(call, call.input.KeyId));
    // A symmetric key has no public half, whatever it is used for.
    if (key.pair === undefined)
      throw awsError('UnsupportedOperationException', `${key.arn} is a symmetric key: it has no public key.`);
    const { publicKey } = key.pair;
    return {
      KeyId: key.arn,
      PublicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    };
  },

  CreateGrant: (call) => {
    const key = enabled(keyNamed(call, call.input.KeyId));
    const { GranteePrincipal = '', Operations = [] } = call.input;
    const id = call.world.uuid().replaceAll('-', '').repeat(2);
    key.grants.push({ id, granteePrincipal: GranteePrincipal, operations: Operations });
    return { GrantId: id, GrantToken: Buffer.from(id).toString('base64') };
  },

  CancelKeyDeletion: (call) => {
    const key = keyNamed(call, call.input.KeyId);
    if (key.state !== 'PendingDeletion')
      throw awsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
    // AWS leaves it disabled.
    key.state = 'Disabled';
    key.deletionDate = undefined;
    return { KeyId: key.arn };
  },
};
