import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

export interface SigningPair {
  readonly publicKey: KeyObject;
  readonly secret: Uint8Array;
  /** SEC1, not compressed. */
  readonly point: Uint8Array;
}

export function newKeyPair(): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const secret = new Uint8Array(Buffer.from(d, 'base64url'));
  return { publicKey, secret, point: p256.getPublicKey(secret, false) };
}

// Node's own `sign` hashes once more, and so cannot sign a digest.
const AS_KMS = { prehash: false, format: 'der', lowS: false } as const;

/** An ECDSA signature in DER, as KMS gives it. */
export function signDigest(pair: SigningPair, digest: Uint8Array): Uint8Array {
  return p256.sign(digest, pair.secret, AS_KMS);
}

export function verifyDigest(pair: SigningPair, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return p256.verify(signature, digest, pair.point, AS_KMS);
  } catch {
    // Not DER at all.
    return false;
  }
}
