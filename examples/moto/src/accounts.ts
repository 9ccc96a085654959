import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '@cordon/core/aws';

export const REGION = 'eu-west-1';

/** One account, seen with the SDK's own clients: what prepares the scene, and looks at it without Cordon. */
export interface PlainAccount {
  readonly id: string;
  readonly credentials: Credentials;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly cloudtrail: CloudTrailClient;
  readonly autoscaling: AutoScalingClient;
  readonly balancing: ElasticLoadBalancingV2Client;
}

/** Whoever has never been seen is in moto's default account, and may assume any role of any account. */
const NOBODY: Credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'nobody' };

async function administratorOf(endpoint: string, account: string): Promise<Credentials> {
  const sts = new STSClient({ endpoint, region: REGION, credentials: NOBODY });
  const answer = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/Administrator`,
      RoleSessionName: 'preparation',
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

export interface Reach {
  readonly id: string;
  readonly credentials: Credentials;
  /** Default: AWS's own, where a simulation stands before it. */
  readonly endpoint?: string;
}

export function clientsOf(reach: Reach): PlainAccount {
  const common = { ...reach, region: REGION, maxAttempts: 1 };
  return {
    id: reach.id,
    credentials: reach.credentials,
    ec2: new EC2Client(common),
    iam: new IAMClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    ssm: new SSMClient(common),
    kms: new KMSClient(common),
    sts: new STSClient(common),
    cloudtrail: new CloudTrailClient(common),
    autoscaling: new AutoScalingClient(common),
    balancing: new ElasticLoadBalancingV2Client(common),
  };
}

/** An account of moto's, which has as many as one names. */
export async function plainAccount(endpoint: string, id: string): Promise<PlainAccount> {
  return clientsOf({ id, endpoint, credentials: await administratorOf(endpoint, id) });
}
