/** A LiME image of these ranges. */
export function limeImage(ranges: readonly { readonly start: bigint; readonly bytes: Uint8Array }[]): Buffer {
  return Buffer.concat(
    ranges.flatMap(({ start, bytes }) => {
      const header = Buffer.alloc(32);
      header.writeUInt32LE(0x4c694d45, 0);
      header.writeUInt32LE(1, 4);
      header.writeBigUInt64LE(start, 8);
      header.writeBigUInt64LE(start + BigInt(bytes.length) - 1n, 16);
      return [header, bytes];
    }),
  );
}
