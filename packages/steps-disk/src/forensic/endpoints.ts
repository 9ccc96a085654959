import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { listAll } from '@cordon/core/steps';

/** SSM's agent needs the first two; through S3 the evidence leaves the instance. */
const REQUIRED = ['ssm', 'ssmmessages'];
const SERVICES = [...REQUIRED, 'ec2messages', 's3'];

export const ENDPOINT_READS = [
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeManagedPrefixLists',
];

export async function vpcOf(ctx: BaseContext, subnetId: string): Promise<string> {
  const { Subnets } = await ctx.securityAccount.call(ec2.DescribeSubnets, {
    Filters: [{ Name: 'subnet-id', Values: [subnetId] }],
  });
  const id = Subnets?.[0]?.VpcId;
  if (id === undefined) throw StepFailure.permanent('NO_FORENSIC_SUBNET', `there is no subnet ${subnetId}`);
  return id;
}

/** S3's own addresses: a gateway endpoint has no group. */
async function s3PrefixList(ctx: BaseContext, service: string): Promise<readonly string[]> {
  const { PrefixLists } = await ctx.securityAccount.call(ec2.DescribeManagedPrefixLists, {
    Filters: [{ Name: 'prefix-list-name', Values: [service] }],
  });
  return PrefixLists?.flatMap(({ PrefixListId: id }) => id ?? []) ?? [];
}

/** Groups and prefix lists of the VPC's endpoints: all that the forensic instance may speak to. */
export async function endpointPeers(ctx: BaseContext, vpcId: string): Promise<readonly string[]> {
  const { region, partition } = ctx.securityAccount;
  const prefix = `${partition === 'aws-cn' ? 'cn.' : ''}com.amazonaws.${region}`;
  const endpoints = await listAll(ctx.securityAccount, ec2.DescribeVpcEndpoints, {
    input: {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'service-name', Values: SERVICES.map((name) => `${prefix}.${name}`) },
      ],
    },
    items: (page) => page.VpcEndpoints,
  });
  const ready = endpoints.filter(({ State }) => State?.toLowerCase() === 'available');
  const missing = REQUIRED.filter(
    (name) => !ready.some(({ ServiceName }) => ServiceName === `${prefix}.${name}`),
  );
  if (missing.length > 0)
    throw StepFailure.permanent('NO_FORENSIC_ENDPOINTS', `${vpcId} has no endpoint of ${missing.join(', ')}`);
  const groups = ready.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId: id }) => id ?? []));
  const isGateway = ready.some(({ VpcEndpointType }) => VpcEndpointType === 'Gateway');
  const lists = isGateway ? await s3PrefixList(ctx, `${prefix}.s3`) : [];
  return [...new Set([...groups, ...lists])].sort();
}
