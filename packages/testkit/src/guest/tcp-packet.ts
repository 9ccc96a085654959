/** One end of a connection. */
export interface Endpoint {
  /** IPv4, dotted. */
  readonly address: string;
  readonly port: number;
}

const ETHERNET_BYTES = 14;
const IPV4 = 0x0800;
const ARP = 0x0806;
const TCP = 6;

const SOURCE = { address: 12, port: 0 } as const;
const DESTINATION = { address: 16, port: 2 } as const;
type End = typeof SOURCE | typeof DESTINATION;

export function isArp(frame: Buffer): boolean {
  return frame.length >= ETHERNET_BYTES && frame.readUInt16BE(12) === ARP;
}

function bytesOf(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** The internet checksum after one 16-bit word has changed: RFC 1624, equation 3. */
function adjusted(checksum: number, before: number, after: number): number {
  let sum = (~checksum & 0xffff) + (~before & 0xffff) + after;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** A TCP segment in an Ethernet frame, read and rewritten in place. */
export class TcpPacket {
  readonly #tcpAt: number;

  private constructor(readonly frame: Buffer) {
    this.#tcpAt = ETHERNET_BYTES + 4 * ((frame[ETHERNET_BYTES] ?? 0) & 0x0f);
  }

  /** Undefined for anything but the first fragment of a TCP segment over IPv4. */
  static parse(frame: Buffer): TcpPacket | undefined {
    if (frame.length < ETHERNET_BYTES + 40 || frame.readUInt16BE(12) !== IPV4) return undefined;
    const fragmentOffset = frame.readUInt16BE(ETHERNET_BYTES + 6) & 0x1fff;
    if (frame[ETHERNET_BYTES + 9] !== TCP || fragmentOffset !== 0) return undefined;
    const packet = new TcpPacket(frame);
    return packet.#tcpAt + 20 <= frame.length ? packet : undefined;
  }

  get source(): Endpoint {
    return this.#end(SOURCE);
  }

  get destination(): Endpoint {
    return this.#end(DESTINATION);
  }

  /** Whether it begins a connection. */
  get opens(): boolean {
    const flags = this.frame[this.#tcpAt + 13] ?? 0;
    return (flags & 0x12) === 0x02;
  }

  /** Whether it ends a connection, for its own part. */
  get ends(): boolean {
    return ((this.frame[this.#tcpAt + 13] ?? 0) & 0x05) !== 0;
  }

  sendTo(end: Endpoint): void {
    this.#rewrite(DESTINATION, end);
  }

  comeFrom(end: Endpoint): void {
    this.#rewrite(SOURCE, end);
  }

  #end({ address, port }: End): Endpoint {
    const at = ETHERNET_BYTES + address;
    return {
      address: [...this.frame.subarray(at, at + 4)].join('.'),
      port: this.frame.readUInt16BE(this.#tcpAt + port),
    };
  }

  #rewrite({ address, port }: End, end: Endpoint): void {
    const bytes = bytesOf(end.address);
    for (const word of [0, 2]) {
      const at = ETHERNET_BYTES + address + word;
      // TCP's checksum covers the addresses too.
      this.#put(at, bytes.readUInt16BE(word), [ETHERNET_BYTES + 10, this.#tcpAt + 16]);
    }
    this.#put(this.#tcpAt + port, end.port, [this.#tcpAt + 16]);
  }

  #put(at: number, value: number, checksumsAt: readonly number[]): void {
    const before = this.frame.readUInt16BE(at);
    for (const where of checksumsAt) {
      this.frame.writeUInt16BE(adjusted(this.frame.readUInt16BE(where), before, value), where);
    }
    this.frame.writeUInt16BE(value, at);
  }
}
