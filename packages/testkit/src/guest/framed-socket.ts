import { connect, type Socket } from 'node:net';

/** A connected socket of QEMU's. */
export function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      // Who waits for an answer sees that none comes.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

/** Hands on what comes before each newline. */
export function onLines(socket: Socket, take: (line: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
  });
}

const HEADER_BYTES = 4;

/** Hands on packets as QEMU's filters frame them: the length in four bytes, big-endian, then the packet. */
export function onPackets(socket: Socket, take: (packet: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + rest.readUInt32BE(at);
      if (rest.length < end) break;
      take(rest.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    rest = rest.subarray(at);
  });
}

export function sendPacket(socket: Socket, packet: Buffer): void {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(packet.length);
  socket.cork();
  socket.write(header);
  socket.write(packet);
  socket.uncork();
}
