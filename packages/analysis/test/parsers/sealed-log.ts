const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** A write-ahead log whose header and frames have been changed, with sums that are right for what they hold now. */
export function sealed(log: Buffer): Buffer {
  const bytes = Buffer.from(log);
  if (bytes.length < HEADER_BYTES) return bytes;
  const isBig = (bytes.readUInt32BE(0) & 1) === 1;
  let [first, second] = [0, 0];
  const add = (piece: Buffer): void => {
    for (let at = 0; at + 8 <= piece.length; at += 8) {
      first = (first + second + (isBig ? piece.readUInt32BE(at) : piece.readUInt32LE(at))) >>> 0;
      second = (second + first + (isBig ? piece.readUInt32BE(at + 4) : piece.readUInt32LE(at + 4))) >>> 0;
    }
  };
  const write = (at: number): void => {
    bytes.writeUInt32BE(first, at);
    bytes.writeUInt32BE(second, at + 4);
  };
  add(bytes.subarray(0, 24));
  write(24);
  const frameBytes = FRAME_HEADER_BYTES + Math.max(512, bytes.readUInt32BE(8));
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    bytes.copy(bytes, at + 8, 16, 24);
    add(bytes.subarray(at, at + 8));
    add(bytes.subarray(at + FRAME_HEADER_BYTES, at + frameBytes));
    write(at + 16);
  }
  return bytes;
}
