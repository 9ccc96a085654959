import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Endpoint, TcpPacket } from '../../src/guest/tcp-packet.js';

/** The internet checksum as RFC 1071 has it, over all bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

const raw = (address: string) => Buffer.from(address.split('.').map(Number));

interface Segment {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly flags: number;
  readonly payload: Uint8Array;
}

function frameOf({ from, to, flags, payload }: Segment): Buffer {
  const tcp = Buffer.concat([Buffer.alloc(20), payload]);
  tcp.writeUInt16BE(from.port, 0);
  tcp.writeUInt16BE(to.port, 2);
  tcp[12] = 0x50;
  tcp[13] = flags;
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(20 + tcp.length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.set(raw(from.address), 12);
  ip.set(raw(to.address), 16);
  ip.writeUInt16BE(checksum(ip), 10);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudoHeader(from, to, tcp.length), tcp])), 16);
  const ethernet = Buffer.alloc(14);
  ethernet.writeUInt16BE(0x0800, 12);
  return Buffer.concat([ethernet, ip, tcp]);
}

function pseudoHeader(from: Endpoint, to: Endpoint, length: number): Buffer {
  const tail = Buffer.alloc(4);
  tail[1] = 6;
  tail.writeUInt16BE(length, 2);
  return Buffer.concat([raw(from.address), raw(to.address), tail]);
}

/** What a receiver computes: zero, both of the header and of the segment. */
function receivedChecksums(frame: Buffer): readonly number[] {
  const ip = frame.subarray(14, 34);
  const tcp = frame.subarray(34);
  const pseudo = Buffer.concat([ip.subarray(12, 20), pseudoHeader(NOBODY, NOBODY, tcp.length).subarray(8)]);
  return [checksum(ip), checksum(Buffer.concat([pseudo, tcp]))];
}

const NOBODY: Endpoint = { address: '0.0.0.0', port: 0 };
const ACK = 0x10;

const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  address: fc.ipV4(),
  port: fc.integer({ min: 0, max: 65_535 }),
});
const segment: fc.Arbitrary<Segment> = fc.record({
  from: endpoint,
  to: endpoint,
  flags: fc.constant(ACK),
  payload: fc.uint8Array({ maxLength: 40 }),
});

function parse(frame: Buffer): TcpPacket {
  const packet = TcpPacket.parse(frame);
  if (packet === undefined) throw new Error('not taken for TCP');
  return packet;
}

describe('a TCP packet', () => {
  it('has checksums that hold after both of its ends were rewritten', () => {
    fc.assert(
      fc.property(segment, endpoint, endpoint, (original, from, to) => {
        const frame = frameOf(original);
        expect(receivedChecksums(frame)).toEqual([0, 0]);
        const packet = parse(frame);
        expect([packet.source, packet.destination]).toEqual([original.from, original.to]);
        packet.comeFrom(from);
        packet.sendTo(to);
        expect([packet.source, packet.destination]).toEqual([from, to]);
        expect(receivedChecksums(frame)).toEqual([0, 0]);
      }),
    );
  });

  it.each([
    { flags: 0x02, opens: true, ends: false },
    { flags: 0x12, opens: false, ends: false },
    { flags: 0x11, opens: false, ends: true },
    { flags: 0x04, opens: false, ends: true },
  ])('with flags $flags opens: $opens, ends: $ends', ({ flags, opens, ends }) => {
    const packet = parse(frameOf({ from: NOBODY, to: NOBODY, flags, payload: new Uint8Array() }));
    expect({ opens: packet.opens, ends: packet.ends }).toEqual({ opens, ends });
  });

  it('is nothing that was cut short, fragmented, or of another protocol', () => {
    const whole = frameOf({ from: NOBODY, to: NOBODY, flags: ACK, payload: new Uint8Array() });
    for (let length = 0; length < whole.length; length++) {
      expect(TcpPacket.parse(whole.subarray(0, length))).toBeUndefined();
    }
    const altered = (at: number, value: number) => {
      const frame = Buffer.from(whole);
      frame[at] = value;
      return TcpPacket.parse(frame);
    };
    expect(altered(23, 17)).toBeUndefined();
    expect(altered(21, 8)).toBeUndefined();
    expect(altered(13, 0x06)).toBeUndefined();
  });
});
