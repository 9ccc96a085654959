import {
  CfnInstanceProfile,
  Effect,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { because } from './reasons.ts';

/** What SSM's agent calls for itself, and nothing that reads parameters, documents of others or buckets. */
const AGENT_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

/** What the forensic instance may do at AWS: be reached through SSM. Evidence leaves it through presigned URLs. */
export class ForensicHost extends Construct {
  readonly role: Role;
  readonly profile: CfnInstanceProfile;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      description: 'Forensic instances: reached through SSM, and nothing else',
      inlinePolicies: {
        agent: new PolicyDocument({
          statements: [
            new PolicyStatement({ effect: Effect.ALLOW, actions: AGENT_ACTIONS, resources: ['*'] }),
          ],
        }),
      },
    });
    because(this.role, { 'IAM5[Resource::*]': 'the calls of SSM’s agent know no resource' });
    this.profile = new CfnInstanceProfile(this, 'Profile', { roles: [this.role.roleName] });
  }
}
