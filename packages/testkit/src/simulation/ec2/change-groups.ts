import { awsError } from '../errors.js';
import type { SimulatedCall } from '../service.js';
import { groupsChanged } from './connections.js';
import { groupsOf, MOST_GROUPS_PER_INTERFACE } from './groups.js';
import type { NetworkInterface } from './interfaces.js';
import { idError } from './not-found.js';

/**
 * Gives an interface other groups, with EC2's checks. What flows already is told: tracked connections live on.
 *
 * @throws AwsError when a group is unknown, of another VPC, or there are too many or none
 */
export function changeGroups(call: SimulatedCall, one: NetworkInterface, groups: readonly string[]): void {
  if (groups.length === 0) {
    throw awsError(
      'InvalidParameterValue',
      'At least one security group must be specified for the network interface.',
    );
  }
  if (groups.length > MOST_GROUPS_PER_INTERFACE) {
    throw awsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      `You have exceeded the maximum number of security groups allowed per network interface (${MOST_GROUPS_PER_INTERFACE}).`,
    );
  }
  for (const id of groups) {
    const group = groupsOf(call.region).find(id);
    if (group === undefined) throw idError('sg', id);
    if (group.vpcId !== one.vpcId) {
      throw awsError(
        'InvalidGroup.NotFound',
        `The security group '${id}' does not exist in VPC '${one.vpcId}'`,
      );
    }
  }
  groupsChanged(one, () => {
    one.groups = [...new Set(groups)];
  });
}
