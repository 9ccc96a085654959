/**
 * How a node of a cluster is known. Tags that anybody may write do not count: with `ec2:CreateTags` an intruder would make
 * a node of every host, and every containment a question. What counts is what AWS alone writes: tags that begin with
 * `aws:`, and AWS's own policies on the role, without which a node cannot join its cluster.
 */
const SERVICE_TAGS: readonly (readonly [prefix: string, cluster: string])[] = [
  ['aws:eks:', 'an EKS cluster'],
  ['aws:ecs:', 'an ECS cluster'],
  ['aws:elasticmapreduce:', 'an EMR cluster'],
  ['aws:batch:', 'an AWS Batch compute environment'],
  ['aws:elasticbeanstalk:', 'an Elastic Beanstalk environment'],
];

/** Stacks and groups that a service has made, by the names it gives them. */
const SERVICE_NAMES: readonly (readonly [prefix: string, cluster: string])[] = [
  ['awseb-', 'an Elastic Beanstalk environment'],
  ['eks-', 'an EKS cluster'],
  ['eksctl-', 'an EKS cluster'],
];
const NAMING_TAGS = new Set(['aws:cloudformation:stack-name', 'aws:autoscaling:groupName']);

const SERVICE_POLICIES: ReadonlyMap<string, string> = new Map([
  ['AmazonEKSWorkerNodePolicy', 'an EKS cluster'],
  ['AmazonEKSWorkerNodeMinimalPolicy', 'an EKS cluster'],
  ['AmazonEC2ContainerServiceforEC2Role', 'an ECS cluster (or AWS Batch)'],
  ['AmazonElasticMapReduceforEC2Role', 'an EMR cluster'],
  ['AmazonEMRServicePolicy_v2', 'an EMR cluster'],
  ['AWSElasticBeanstalkWebTier', 'an Elastic Beanstalk environment'],
  ['AWSElasticBeanstalkWorkerTier', 'an Elastic Beanstalk environment'],
  ['AWSElasticBeanstalkMulticontainerDocker', 'an Elastic Beanstalk environment'],
]);

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The kind of cluster that the instance is a node of, as its reserved tags say; undefined: of none. */
export function clusterOfTags(tags: readonly Tag[]): string | undefined {
  for (const { Key: key = '', Value: value = '' } of tags) {
    const names = NAMING_TAGS.has(key) ? SERVICE_NAMES : [];
    const found =
      SERVICE_TAGS.find(([prefix]) => key.startsWith(prefix)) ??
      names.find(([prefix]) => value.startsWith(prefix));
    if (found !== undefined) return `${found[1]} (${key})`;
  }
  return undefined;
}

/** The same by the ARNs of the policies on its role; only those that AWS itself owns count. */
export function clusterOfPolicies(arns: readonly string[]): string | undefined {
  for (const arn of arns) {
    const [, , , , owner, path = ''] = arn.split(':');
    const found = owner === 'aws' ? SERVICE_POLICIES.get(path.split('/').at(-1) ?? '') : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
