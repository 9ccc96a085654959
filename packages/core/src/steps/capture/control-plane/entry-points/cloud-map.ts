import { servicediscovery } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { pagesOf } from '../pages.js';
import { namesOf, type SuspectNames } from './names.js';
import { type EntryPoint, entryPointSource } from './source.js';

/** Source: Cloud Map API, `RegisterInstance`, attributes with a meaning of their own. */
function targetIn(attributes: Readonly<Record<string, string>>, names: SuspectNames): string | undefined {
  const { AWS_EC2_INSTANCE_ID: id, AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6 } = attributes;
  const cname = attributes['AWS_INSTANCE_CNAME']?.toLowerCase();
  if (id === names.instanceId) return id;
  if (cname !== undefined && names.hostNames.some((start) => cname.startsWith(start))) return cname;
  return [ipv4, ipv6].find((address) => address !== undefined && names.addresses.has(address));
}

async function find(ctx: SuspectContext, names: SuspectNames): Promise<readonly EntryPoint[]> {
  const found: EntryPoint[] = [];
  const services = pagesOf(ctx.suspectAccount, servicediscovery.ListServices, {
    input: {},
    items: (page) => page.Services,
  });
  for await (const some of services)
    for (const { Id: of = '', Name: name = '' } of some) {
      const instances = pagesOf(ctx.suspectAccount, servicediscovery.ListInstances, {
        input: { ServiceId: of },
        items: (page) => page.Instances,
      });
      for await (const each of instances)
        for (const { Attributes = {} } of each) {
          const target = targetIn(Attributes, names);
          if (target !== undefined) found.push({ kind: 'cloud-map', name, target, of });
        }
    }
  return found;
}

/** Instances of Cloud Map's services that are the suspect. */
export const CLOUD_MAP_INSTANCES = entryPointSource({
  file: 'cloud-map-instances.json',
  actions: ['servicediscovery:ListServices', 'servicediscovery:ListInstances'],
  find: async (ctx, facts) => find(ctx, await namesOf(ctx, facts)),
});
