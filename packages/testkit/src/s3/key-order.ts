/** S3 lists keys in the order of their UTF-8 bytes, which is not JavaScript's order of code units. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
