import { reaches, serviceAddress } from '../hosts/reach.js';
import { s3Endpoint } from '../s3/endpoint.js';
import type { SimulatedRegion } from '../simulation/account.js';
import type { Connection, FlowPath } from '../simulation/ec2/connections.js';
import { interfacesOfInstance } from '../simulation/ec2/interfaces.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';
import type { PacketFacts, PacketRules } from './wire.js';

/** An address of the world, and where on loopback somebody really answers for it. */
export interface GuestRoute {
  /** IPv4: `203.0.113.66` */
  readonly address: string;
  readonly port: number;
  readonly loopbackPort: number;
  /** `internet-gateway` unless told. */
  readonly path?: FlowPath;
}

const routesOf = slice((_world: SimulatedWorld): GuestRoute[] => []);

/** Lets somebody on loopback answer for an address of the world; what guests send elsewhere is lost. */
export function addGuestRoute(world: SimulatedWorld, route: GuestRoute): void {
  routesOf(world).push(route);
}

interface KnownRoute extends GuestRoute {
  readonly service?: string;
}

/** Over plain HTTP, at the port that quarantines let out to. */
const S3_PORT = 443;

const keyOf = ({ local, remote }: PacketFacts) => `${local.port} ${remote.address}:${remote.port}`;

/** The world's security groups and connection tracking, over a guest's real packets. */
export class WorldRules implements PacketRules {
  readonly #flows = new Map<string, Connection>();

  private constructor(
    private readonly region: SimulatedRegion,
    private readonly instanceId: string,
    private readonly s3: KnownRoute,
  ) {}

  static async of(region: SimulatedRegion, instanceId: string): Promise<WorldRules> {
    const { port: loopbackPort } = await s3Endpoint(region.world);
    const address = serviceAddress(region, 's3');
    return new WorldRules(region, instanceId, {
      address,
      port: S3_PORT,
      loopbackPort,
      path: 'vpc',
      service: 's3',
    });
  }

  outgoing(packet: PacketFacts): number | undefined {
    const route = this.#routeTo(packet);
    if (route === undefined) return undefined;
    if (packet.opens) this.#open(packet, route);
    return this.#carries(packet) ? route.loopbackPort : undefined;
  }

  incoming(packet: PacketFacts): boolean {
    return this.#carries(packet);
  }

  #routeTo({ remote }: PacketFacts): KnownRoute | undefined {
    return [this.s3, ...routesOf(this.region.world)].find(
      ({ address, port }) => address === remote.address && port === remote.port,
    );
  }

  #open(packet: PacketFacts, route: KnownRoute): void {
    const { connections } = this.region.world;
    const known = this.#flows.get(keyOf(packet));
    // The same first packet sent once more.
    if (known !== undefined && known.closedAt === undefined) return;
    this.#flows.delete(keyOf(packet));
    if (route.service !== undefined && !reaches(this.region, this.instanceId, route.service)) return;
    const [one] = interfacesOfInstance(this.region, this.instanceId);
    if (one === undefined) return;
    const flow = connections.open(this.region, {
      interfaceId: one.id,
      direction: 'outbound',
      localPort: packet.local.port,
      remoteAddress: packet.remote.address,
      remotePort: packet.remote.port,
      packetEveryMs: Number.POSITIVE_INFINITY,
      ...(route.path === undefined ? {} : { path: route.path }),
    });
    if (flow !== undefined) this.#flows.set(keyOf(packet), flow);
  }

  #carries(packet: PacketFacts): boolean {
    const { connections } = this.region.world;
    const flow = this.#flows.get(keyOf(packet));
    if (flow === undefined) return false;
    // Of a connection that was hung up, the last words pass.
    if (flow.closedBecause === 'peer') return true;
    const passes = connections.carry(this.region, flow, packet.bytes);
    if (passes && packet.ends) connections.close(flow);
    return passes;
  }
}
