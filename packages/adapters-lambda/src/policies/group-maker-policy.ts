import { PREPARE_GROUPS_ACTIONS, PREPARED_GROUP_TAG } from '@cordon/core/steps';
import type { PolicyReasons } from './policies.js';
import type { PolicyDocument, PolicyStatement } from './policy-document.js';
import { arns, tagsWhileMaking } from './scope.js';

export interface GroupMakerOptions {
  readonly region: string;
  /** Default `aws`. */
  readonly partition?: string;
}

/** What a role may do that prepares quarantine groups, and why what no condition narrows is wide. */
export interface GroupMakerPolicy {
  readonly policy: PolicyDocument;
  readonly reasons: PolicyReasons;
}

const isRead = (action: string) => action.startsWith('ec2:Describe');
const changesRules = (action: string) => /^ec2:(?:Authorize|Revoke)/.test(action);
const tag = (of: 'ResourceTag' | 'RequestTag') => ({
  StringEquals: { [`aws:${of}/${PREPARED_GROUP_TAG.Key}`]: PREPARED_GROUP_TAG.Value },
});

/**
 * The least that `prepareQuarantineGroups` needs in an account: to look, to make groups with its tag, and to change the
 * rules of groups with its tag. It can put nobody into a group, and delete none.
 */
export function groupMakerPolicy({ region, partition = 'aws' }: GroupMakerOptions): GroupMakerPolicy {
  const { ec2 } = arns({ partition, region, account: '*' });
  const groups = [ec2('security-group/*')];
  const { sid, actions, resources, condition = {} } = tagsWhileMaking(['ec2:CreateSecurityGroup'], groups);
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]) =>
    ({ Sid, Effect: 'Allow', Action, Resource }) as const;
  const Statement: PolicyStatement[] = [
    allow('Read', PREPARE_GROUPS_ACTIONS.filter(isRead), ['*']),
    { ...allow('MakeGroups', ['ec2:CreateSecurityGroup'], groups), Condition: tag('RequestTag') },
    allow('MakeGroupsIn', ['ec2:CreateSecurityGroup'], [ec2('vpc/*')]),
    {
      ...allow('OwnGroups', PREPARE_GROUPS_ACTIONS.filter(changesRules), groups),
      Condition: tag('ResourceTag'),
    },
    { ...allow(sid, actions, resources), Condition: condition },
  ];
  const reasons = {
    Read: 'lists know no resource',
    MakeGroupsIn: 'every VPC of the account gets a group',
  };
  return { policy: { Version: '2012-10-17', Statement }, reasons };
}
