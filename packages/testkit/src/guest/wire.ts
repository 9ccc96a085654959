import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connectTo, onPackets, sendPacket } from './framed-socket.js';
import { type Endpoint, isArp, TcpPacket } from './tcp-packet.js';

/** One packet of a guest's, from the guest's own point of view. */
export interface PacketFacts {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly bytes: number;
  readonly opens: boolean;
  readonly ends: boolean;
}

/** Decides over a guest's packets. */
export interface PacketRules {
  /** The port on loopback where the other end really is; undefined: the packet is dropped, and nobody is told. */
  outgoing(packet: PacketFacts): number | undefined;
  /** Whether an answer gets in. */
  incoming(packet: PacketFacts): boolean;
}

/** What QEMU is told so that every packet goes through a wire. */
export function wireParameters(folder: string, gateway: string): readonly string[] {
  const network = gateway.replace(/\.\d+$/, '.0/24');
  const socket = (name: string) => [
    '-chardev',
    `socket,id=${name},path=${join(folder, name)},server=on,wait=off`,
  ];
  return [
    '-netdev',
    `user,id=net0,net=${network},host=${gateway},ipv6=off`,
    ...['out', 'out-back', 'in', 'in-back'].flatMap(socket),
    // QEMU's words are the netdev's: what it receives is what the guest sends.
    '-object',
    'filter-redirector,id=outgoing,netdev=net0,queue=rx,outdev=out,indev=out-back',
    '-object',
    'filter-redirector,id=incoming,netdev=net0,queue=tx,outdev=in,indev=in-back',
  ];
}

/**
 * The wire between a guest and the world: every packet is looked at, and goes on only when the rules say so. Addresses
 * of the world are turned to ports on loopback, where QEMU's own network stack connects to.
 */
export class Wire {
  /** Where the world's ends are: by loopback port and guest port. */
  readonly #remotes = new Map<string, Endpoint>();
  readonly #sockets: readonly Socket[];

  private constructor(
    sockets: readonly [out: Socket, outBack: Socket, in_: Socket, inBack: Socket],
    private readonly gateway: string,
    private readonly rules: PacketRules,
  ) {
    this.#sockets = sockets;
    const [out, outBack, incoming, inBack] = sockets;
    onPackets(out, (frame) => this.#out(frame, outBack));
    onPackets(incoming, (frame) => this.#in(frame, inBack));
  }

  static async connect(
    folder: string,
    options: { readonly gateway: string; readonly rules: PacketRules },
  ): Promise<Wire> {
    const at = (name: string) => connectTo(join(folder, name));
    const sockets = await Promise.all([at('out'), at('out-back'), at('in'), at('in-back')]);
    return new Wire(sockets, options.gateway, options.rules);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #out(frame: Buffer, on: Socket): void {
    const packet = TcpPacket.parse(frame);
    if (packet === undefined) {
      if (isArp(frame)) sendPacket(on, frame);
      return;
    }
    const { source: local, destination: remote } = packet;
    const port = this.rules.outgoing({ ...factsOf(packet), local, remote });
    if (port === undefined) return;
    this.#remotes.set(`${port} ${local.port}`, remote);
    packet.sendTo({ address: this.gateway, port });
    sendPacket(on, frame);
  }

  #in(frame: Buffer, on: Socket): void {
    const packet = TcpPacket.parse(frame);
    if (packet === undefined) {
      if (isArp(frame)) sendPacket(on, frame);
      return;
    }
    const local = packet.destination;
    const remote = this.#remotes.get(`${packet.source.port} ${local.port}`);
    if (remote === undefined || !this.rules.incoming({ ...factsOf(packet), local, remote })) return;
    packet.comeFrom(remote);
    sendPacket(on, frame);
  }
}

function factsOf(packet: TcpPacket): Pick<PacketFacts, 'bytes' | 'opens' | 'ends'> {
  return { bytes: packet.frame.length, opens: packet.opens, ends: packet.ends };
}
