import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { slice } from '../slice.js';

type Elb = typeof import('@aws-sdk/client-elastic-load-balancing-v2');

interface LoadBalancer {
  readonly arn: string;
  readonly accessLogs: LoadBalancerOptions['accessLogs'];
}

const loadBalancersOf = slice((_region: SimulatedRegion) => new Map<string, LoadBalancer>());

export interface LoadBalancerOptions {
  readonly name: string;
  /** Off unless told. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix?: string };
}

/** Puts an application load balancer into the region; the answer is its ARN, for its target groups. */
export function addLoadBalancer(region: SimulatedRegion, options: LoadBalancerOptions): string {
  const { name, accessLogs } = options;
  const id = region.world.id('lb').slice(4);
  const arn = region.arn('elasticloadbalancing', `loadbalancer/app/${name}/${id}`);
  loadBalancersOf(region).set(arn, { arn, accessLogs });
  return arn;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const loadBalancerHandlers: Handlers<Elb, 'DescribeLoadBalancerAttributes'> = {
  DescribeLoadBalancerAttributes: ({ region, input }) => {
    const found = loadBalancersOf(region).get(input.LoadBalancerArn ?? '');
    if (found === undefined)
      throw awsError('LoadBalancerNotFound', `Load balancer '${input.LoadBalancerArn}' not found`);
    const { accessLogs } = found;
    return {
      Attributes: [
        { Key: 'access_logs.s3.enabled', Value: String(accessLogs !== undefined) },
        { Key: 'access_logs.s3.bucket', Value: accessLogs?.bucket ?? '' },
        { Key: 'access_logs.s3.prefix', Value: accessLogs?.prefix ?? '' },
        { Key: 'idle_timeout.timeout_seconds', Value: '60' },
        { Key: 'deletion_protection.enabled', Value: 'false' },
      ],
    };
  },
};
