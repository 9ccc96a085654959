/** Of what fails, a smaller piece that fails as well: halves, quarters and so on are left out while that can be. */
export function shrunk(bytes: Buffer, fails: (bytes: Buffer) => boolean, tries: number): Buffer {
  let [kept, left] = [bytes, tries];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < kept.length && left > 0; ) {
      const without = Buffer.concat([kept.subarray(0, at), kept.subarray(at + size)]);
      left -= 1;
      if (fails(without)) kept = without;
      else at += size;
    }
  return kept;
}
