// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  DeregisterTargetsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
