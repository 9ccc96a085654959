import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { StepFailure } from '@cordon/core';

/** The name that a detached signature lies under, beside what it signs. */
export const signatureOf = (key: string): string => `${key}.sig`;

/** A key pair for a catalogue, as PEM. The private one stays where modules are built. */
export function catalogueKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A detached Ed25519 signature (RFC 8032), as base64. */
export function signCatalogue(catalogue: string, privateKey: string): string {
  return sign(null, Buffer.from(catalogue), privateKey).toString('base64');
}

interface Signed {
  readonly catalogue: string;
  readonly signature: string;
}

/** @throws StepFailure `CATALOGUE_SIGNATURE` where nobody with the private key has signed exactly this */
export function assertSigned({ catalogue, signature }: Signed, publicKey: string): void {
  const key = createPublicKey(publicKey);
  // Another kind of key would verify by a digest that we do not name here.
  const holds =
    key.asymmetricKeyType === 'ed25519' &&
    verify(null, Buffer.from(catalogue), key, Buffer.from(signature.trim(), 'base64'));
  if (!holds)
    throw StepFailure.permanent(
      'CATALOGUE_SIGNATURE',
      'the catalogue is not signed by the key that is trusted',
    );
}
