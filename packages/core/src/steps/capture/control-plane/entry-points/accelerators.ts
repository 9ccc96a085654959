import { globalaccelerator } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { pagesOf } from '../pages.js';
import { allocationsOf, namesOf } from './names.js';
import { type EntryPoint, entryPointSource } from './source.js';

/**
 * Global Accelerator is asked in Oregon, wherever its endpoints are.
 * Source: AWS General Reference, "AWS Global Accelerator endpoints and quotas".
 */
const region = 'us-west-2';

async function endpointsOf(
  ctx: SuspectContext,
  listener: string,
  ids: ReadonlySet<string>,
): Promise<readonly EntryPoint[]> {
  const found: EntryPoint[] = [];
  const pages = pagesOf(ctx.suspectAccount, globalaccelerator.ListEndpointGroups, {
    input: { ListenerArn: listener },
    items: (page) => page.EndpointGroups,
    region,
  });
  for await (const groups of pages)
    for (const { EndpointGroupArn: of = '', EndpointGroupRegion: place, EndpointDescriptions = [] } of groups)
      for (const { EndpointId: target = '' } of EndpointDescriptions)
        if (place === ctx.suspectAccount.region && ids.has(target))
          found.push({ kind: 'accelerator', name: listener, target, of });
  return found;
}

async function find(ctx: SuspectContext, ids: ReadonlySet<string>): Promise<readonly EntryPoint[]> {
  const found: EntryPoint[] = [];
  const account = ctx.suspectAccount;
  const accelerators = pagesOf(account, globalaccelerator.ListAccelerators, {
    input: {},
    items: (page) => page.Accelerators,
    region,
  });
  for await (const some of accelerators)
    for (const { AcceleratorArn } of some) {
      const listeners = pagesOf(account, globalaccelerator.ListListeners, {
        input: { AcceleratorArn },
        items: (page) => page.Listeners,
        region,
      });
      for await (const each of listeners)
        for (const { ListenerArn: listener = '' } of each)
          found.push(...(await endpointsOf(ctx, listener, ids)));
    }
  return found;
}

/** Endpoints of accelerators that are the suspect, or an Elastic IP of its. Only the public partition has any. */
export const ACCELERATOR_ENDPOINTS = entryPointSource({
  file: 'accelerator-endpoints.json',
  actions: [
    'globalaccelerator:ListAccelerators',
    'globalaccelerator:ListListeners',
    'globalaccelerator:ListEndpointGroups',
    'ec2:DescribeAddresses',
  ],
  async find(ctx, facts) {
    if (ctx.suspectAccount.partition !== 'aws') return [];
    const names = await namesOf(ctx, facts);
    return find(ctx, new Set([names.instanceId, ...(await allocationsOf(ctx, names))]));
  },
});
