import type { InstanceInformation } from '@aws-sdk/client-ssm';
import { interfacesOfInstance } from '../simulation/ec2/interfaces.js';
import type { Handlers } from '../simulation/service.js';
import { deliver } from './deliver.js';
import { ssmError } from './errors.js';
import type { ManagedNode } from './node.js';
import { knownNodes } from './nodes.js';
import { pageOf } from './pages.js';

type Ssm = typeof import('@aws-sdk/client-ssm');

function describe(node: ManagedNode): InstanceInformation {
  const address = interfacesOfInstance(node.region, node.instanceId)[0]?.privateAddresses[0];
  return {
    InstanceId: node.instanceId,
    PingStatus: node.pingStatus,
    LastPingDateTime: node.lastPing,
    AgentVersion: '3.3.1230.0',
    IsLatestVersion: true,
    PlatformType: 'Linux',
    PlatformName: 'Debian GNU/Linux',
    PlatformVersion: '12',
    ResourceType: 'EC2Instance',
    IPAddress: address,
    ComputerName: `ip-${address?.replaceAll('.', '-')}.${node.region.name}.compute.internal`,
  };
}

interface Filter {
  readonly key: string;
  readonly values: readonly string[];
}

function keeps(one: InstanceInformation, { key, values }: Filter): boolean {
  if (key === 'InstanceIds') return values.includes(one.InstanceId ?? '');
  if (key === 'PingStatus') return values.includes(one.PingStatus ?? '');
  if (key === 'PlatformTypes') return values.includes(one.PlatformType ?? '');
  throw ssmError.invalidFilter(key);
}

export const nodeHandlers: Handlers<Ssm, 'DescribeInstanceInformation'> = {
  DescribeInstanceInformation: async (call) => {
    await deliver(call.region);
    const { Filters = [], InstanceInformationFilterList = [] } = call.input;
    const filters: readonly Filter[] = [
      ...Filters.map(({ Key: key = '', Values: values = [] }) => ({ key, values })),
      ...InstanceInformationFilterList.map(({ key = '', valueSet: values = [] }) => ({ key, values })),
    ];
    const all = knownNodes(call.region)
      .map(describe)
      .filter((one) => filters.every((filter) => keeps(one, filter)));
    const { items, next } = pageOf(call, all);
    return { InstanceInformationList: [...items], ...next };
  },
};
