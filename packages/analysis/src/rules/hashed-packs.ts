import { createHash } from 'node:crypto';
import type { HashedTool } from '@cordon/core';

interface RuleText {
  readonly file: string;
  readonly text: string;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One file of rules. */
export function packOf({ file, text }: RuleText): HashedTool {
  return { name: file, sha256: sha256(text) };
}

/**
 * Rules of the user's as one pack, for the record: a folder of thousands would drown it. One file has its own hash;
 * several the hash of what `LC_ALL=C sha256sum` says of them in the order of their names.
 */
export function userPacks(kind: string, sources: readonly RuleText[]): readonly HashedTool[] {
  const [only] = sources;
  if (only === undefined) return [];
  if (sources.length === 1) return [packOf(only)];
  const files = sources.map(packOf).sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const list = files.map((file) => `${file.sha256}  ${file.name}\n`).join('');
  return [{ name: `${kind} of the user (${sources.length} files)`, sha256: sha256(list) }];
}
