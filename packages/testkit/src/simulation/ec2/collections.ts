import type { SimulatedRegion } from '../account.js';
import { groupsOf } from './groups.js';
import { imagesOf } from './images.js';
import { instancesOf } from './instances.js';
import { interfacesOf } from './interfaces.js';
import { launchTemplatesOf } from './launch-templates.js';
import { addressesOf, endpointsOf, natGatewaysOf, routeTablesOf } from './network.js';
import { aclsOf } from './network-acls.js';
import type { Collection, Resource } from './resource.js';
import { snapshotsOf } from './snapshots.js';
import { volumesOf } from './volumes.js';
import { subnetsOf, vpcsOf } from './vpcs.js';

interface TaggedKind {
  /** What ids begin with. */
  readonly kind: string;
  /** EC2's word for it in tags. */
  readonly type:
    | 'instance'
    | 'volume'
    | 'snapshot'
    | 'image'
    | 'security-group'
    | 'security-group-rule'
    | 'network-interface'
    | 'vpc'
    | 'subnet'
    | 'route-table'
    | 'network-acl'
    | 'vpc-endpoint'
    | 'natgateway'
    | 'elastic-ip'
    | 'launch-template';
  find(id: string): Resource | undefined;
  visible(): readonly Resource[];
}

function of(kind: string, type: TaggedKind['type'], collection: Collection<Resource>): TaggedKind {
  return { kind, type, find: (id) => collection.find(id), visible: () => collection.visible() };
}

/** Everything in a region that can be tagged. */
export function collectionsOf(region: SimulatedRegion): readonly TaggedKind[] {
  const rules = () =>
    groupsOf(region)
      .visible()
      .flatMap((group) => group.rules);
  return [
    of('i', 'instance', instancesOf(region)),
    of('vol', 'volume', volumesOf(region)),
    of('snap', 'snapshot', snapshotsOf(region)),
    of('ami', 'image', imagesOf(region)),
    of('sg', 'security-group', groupsOf(region)),
    of('eni', 'network-interface', interfacesOf(region)),
    of('vpc', 'vpc', vpcsOf(region)),
    of('subnet', 'subnet', subnetsOf(region)),
    of('rtb', 'route-table', routeTablesOf(region)),
    of('acl', 'network-acl', aclsOf(region)),
    of('vpce', 'vpc-endpoint', endpointsOf(region)),
    of('nat', 'natgateway', natGatewaysOf(region)),
    of('eipalloc', 'elastic-ip', addressesOf(region)),
    of('lt', 'launch-template', launchTemplatesOf(region)),
    {
      kind: 'sgr',
      type: 'security-group-rule',
      find: (id) => rules().find((rule) => rule.id === id),
      visible: rules,
    },
  ];
}
