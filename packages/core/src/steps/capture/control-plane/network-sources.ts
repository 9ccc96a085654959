import { ec2 } from '../../../aws/operations.js';
import { readableJson } from '../../calls/json-bytes.js';
import { listAll } from '../../calls/list-all.js';
import { type ControlPlaneFacts, type ControlPlaneSource, jsonSource } from './source.js';

const interfaces = jsonSource({
  file: 'network-interfaces.json',
  actions: ['ec2:DescribeNetworkInterfaces'],
  async document(ctx) {
    const found = await listAll(ctx.suspectAccount, ec2.DescribeNetworkInterfaces, {
      input: { Filters: [{ Name: 'attachment.instance-id', Values: [ctx.incident.suspect.instanceId] }] },
      items: (page) => page.NetworkInterfaces,
    });
    return { text: readableJson(found) };
  },
});

/** The groups that it wore before it was contained. */
function groupsOf({ instance }: ControlPlaneFacts): string[] {
  return [...new Set((instance?.interfaces ?? []).flatMap(({ groups }) => groups))];
}

/** What could reach it, and what it could reach, at the time. */
const groups = jsonSource({
  file: 'security-groups.json',
  actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
  async document(ctx, facts) {
    const ids = groupsOf(facts);
    if (ids.length === 0) return undefined;
    const byGroup = { Filters: [{ Name: 'group-id', Values: ids }] };
    const [described, rules] = await Promise.all([
      listAll(ctx.suspectAccount, ec2.DescribeSecurityGroups, {
        input: byGroup,
        items: (page) => page.SecurityGroups,
      }),
      listAll(ctx.suspectAccount, ec2.DescribeSecurityGroupRules, {
        input: byGroup,
        items: (page) => page.SecurityGroupRules,
      }),
    ]);
    return { text: readableJson({ at: ctx.now().toISOString(), groups: described, rules }) };
  },
});

export const NETWORK_SOURCES: readonly ControlPlaneSource[] = [interfaces, groups];
