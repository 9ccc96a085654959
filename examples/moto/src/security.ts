import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { ForensicOptions } from '@cordon/steps-disk';
import { type PlainAccount, REGION } from './accounts.ts';
import { present } from './present.ts';
import { addProfile, someImage } from './suspect.ts';
import { addEndpoints, addGroup, addStorageEndpoint, addSubnet, addVpc } from './suspect-network.ts';

export const IMAGE_PARAMETER = '/cordon/forensic-ami';

/** What a deployment has prepared in the security account. */
export interface PreparedSecurity {
  readonly account: PlainAccount;
  readonly bucket: string;
  /** Worn by the endpoints of SSM in the forensic VPC. */
  readonly endpointGroupId: string;
  readonly kmsKeyArn: string;
  readonly forensic: ForensicOptions;
}

async function addEvidenceBucket({ s3 }: PlainAccount, bucket: string): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
      },
    }),
  );
}

export async function prepareSecurity(account: PlainAccount): Promise<PreparedSecurity> {
  const bucket = `cordon-evidence-${account.id}`;
  await addEvidenceBucket(account, bucket);
  const vpcId = await addVpc(account, '10.99.0.0/16');
  const subnetId = await addSubnet(account, vpcId, '10.99.1.0/24');
  const group = { vpcId, name: 'forensic-endpoints', port: 443, from: '10.99.0.0/16' };
  const endpointGroupId = await addGroup(account, group);
  await addEndpoints(account, { vpcId, subnetId, groupId: endpointGroupId });
  await addStorageEndpoint(account, vpcId);
  await addProfile(account, 'CordonForensicHost', 'CordonForensicHost');
  const value = await someImage(account);
  await account.ssm.send(new PutParameterCommand({ Name: IMAGE_PARAMETER, Value: value, Type: 'String' }));
  const { KeyMetadata } = await account.kms.send(new CreateKeyCommand({ Description: 'evidence' }));
  return {
    account,
    bucket,
    endpointGroupId,
    kmsKeyArn: present(KeyMetadata?.Arn, 'key'),
    forensic: {
      subnetId,
      image: { ssmParameter: IMAGE_PARAMETER },
      instanceProfileName: 'CordonForensicHost',
    },
  };
}
