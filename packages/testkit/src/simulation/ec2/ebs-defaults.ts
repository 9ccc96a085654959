import type { SimulatedRegion } from '../account.js';
import { awsEbsKey, findKey, type SimulatedKey } from '../kms/keys.js';
import type { Handlers } from '../service.js';
import { slice } from '../slice.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** What the account has set for EBS in this region; a scenario may change it. */
export interface EbsDefaults {
  /** A customer key; `alias/aws/ebs` when undefined. */
  keyId: string | undefined;
  encryptionByDefault: boolean;
}

export const ebsDefaultsOf = slice(
  (_region: SimulatedRegion): EbsDefaults => ({ keyId: undefined, encryptionByDefault: false }),
);

/** The key that EBS takes where none is named. */
export function defaultEbsKey(region: SimulatedRegion): SimulatedKey {
  const { keyId } = ebsDefaultsOf(region);
  const key = keyId === undefined ? awsEbsKey(region) : findKey(region, keyId);
  if (key === undefined) throw new Error(`the default key ${keyId} is not in this region`);
  return key;
}

export const ebsDefaultHandlers: Handlers<Ec2, 'GetEbsDefaultKmsKeyId' | 'GetEbsEncryptionByDefault'> = {
  GetEbsDefaultKmsKeyId: ({ region }) => ({ KmsKeyId: ebsDefaultsOf(region).keyId ?? 'alias/aws/ebs' }),
  GetEbsEncryptionByDefault: ({ region }) => ({
    EbsEncryptionByDefault: ebsDefaultsOf(region).encryptionByDefault,
  }),
};
