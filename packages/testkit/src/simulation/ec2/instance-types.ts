import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { paged } from './pages.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

interface TypeFacts {
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly hypervisor: 'nitro' | 'xen';
  /** Total GB of instance store. */
  readonly instanceStoreGB?: number;
}

const x86 = (vcpus: number, memoryGiB: number, instanceStoreGB?: number): TypeFacts => ({
  vcpus,
  memoryMiB: memoryGiB * 1_024,
  architecture: 'x86_64',
  hypervisor: 'nitro',
  ...(instanceStoreGB === undefined ? {} : { instanceStoreGB }),
});
const arm = (vcpus: number, memoryGiB: number): TypeFacts => ({
  ...x86(vcpus, memoryGiB),
  architecture: 'arm64',
});

const TYPES: Readonly<Record<string, TypeFacts>> = {
  't2.micro': { ...x86(1, 1), hypervisor: 'xen' },
  't3.micro': x86(2, 1),
  't3.small': x86(2, 2),
  't3.medium': x86(2, 4),
  't3.large': x86(2, 8),
  't3.xlarge': x86(4, 16),
  't3a.medium': x86(2, 4),
  't4g.medium': arm(2, 4),
  'm5.large': x86(2, 8),
  'm5.xlarge': x86(4, 16),
  'm5d.large': x86(2, 8, 75),
  'm6i.large': x86(2, 8),
  'm6i.xlarge': x86(4, 16),
  'm6i.4xlarge': x86(16, 64),
  'm6g.large': arm(2, 8),
  'm7i.large': x86(2, 8),
  'm7i.xlarge': x86(4, 16),
  'm7g.large': arm(2, 8),
  'm8i.large': x86(2, 8),
  'm8g.large': arm(2, 8),
  'c5.large': x86(2, 4),
  'c6i.large': x86(2, 4),
  'c7g.large': arm(2, 4),
  'r6i.large': x86(2, 16),
  'r6i.2xlarge': x86(8, 64),
  'r7i.16xlarge': x86(64, 512),
  'i3.large': x86(2, 15.25, 475),
};

/** What is known of a type; undefined when EC2 would not know it (or the simulation does not). */
export function typeFacts(name: string): TypeFacts | undefined {
  return TYPES[name];
}

function describe([name, facts]: readonly [string, TypeFacts]): InstanceTypeInfo {
  const { vcpus, memoryMiB, architecture, hypervisor, instanceStoreGB } = facts;
  return {
    InstanceType: name as NonNullable<InstanceTypeInfo['InstanceType']>, // the SDK's list is never complete
    CurrentGeneration: hypervisor === 'nitro',
    Hypervisor: hypervisor,
    VCpuInfo: { DefaultVCpus: vcpus },
    MemoryInfo: { SizeInMiB: memoryMiB },
    ProcessorInfo: { SupportedArchitectures: [architecture] },
    InstanceStorageSupported: instanceStoreGB !== undefined,
    ...(instanceStoreGB === undefined ? {} : { InstanceStorageInfo: { TotalSizeInGB: instanceStoreGB } }),
    EbsInfo: { NvmeSupport: hypervisor === 'nitro' ? 'required' : 'unsupported' },
  };
}

const FILTERS: FilterTable<InstanceTypeInfo & { readonly Tags: [] }> = {
  'current-generation': (one) => one.CurrentGeneration,
  hypervisor: (one) => one.Hypervisor,
  'instance-storage-supported': (one) => one.InstanceStorageSupported,
  'instance-type': (one) => one.InstanceType,
  'memory-info.size-in-mib': (one) => one.MemoryInfo?.SizeInMiB,
  'processor-info.supported-architecture': (one) => one.ProcessorInfo?.SupportedArchitectures,
};

export const instanceTypeHandlers: Handlers<Ec2, 'DescribeInstanceTypes'> = {
  DescribeInstanceTypes: (call) => {
    const names = call.input.InstanceTypes ?? [];
    const unknown = names.filter((name) => TYPES[name] === undefined);
    if (unknown.length > 0) {
      throw awsError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const wanted = Object.entries(TYPES).filter(
      ([name]) => names.length === 0 || names.some((one) => one === name),
    );
    const described = wanted.map((entry) => ({ ...describe(entry), Tags: [] as [] }));
    const { items, next } = paged(call, filtered(described, call.input.Filters, FILTERS), { ids: names });
    return { InstanceTypes: items.map(({ Tags: _, ...one }) => one), ...next };
  },
};
