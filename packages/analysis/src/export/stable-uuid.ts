import { createHash } from 'node:crypto';

/** A UUID made from a text, in the shape of version 4, as STIX asks for: the same text has the same id wherever it is exported. */
export function stableUuid(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  const groups = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
  ];
  return [...groups, digest.slice(20, 32)].join('-');
}
