import * as v from 'valibot';
import type { Entry } from '../engine/entry.js';
import { canonicalJson, sha256 } from './canonical.js';

const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What every entry has; the body is the engine's to read. */
const EntrySchema = v.looseObject({
  ledger: v.string(),
  seq: Count,
  at: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  kind: v.string(),
  attempt: Count,
  body: v.looseObject({}),
  after: v.optional(v.record(v.string(), Hash)),
  prev: v.union([v.literal(''), Hash]),
  hash: Hash,
});

/** Everything but the hash, which covers it. */
export function hashOf(entry: object): string {
  const { hash: _, ...covered } = { hash: '', ...entry };
  return sha256(canonicalJson(covered));
}

/** An entry as it is written: canonical JSON, without the line's end. */
export function lineOf(entry: Entry): string {
  return canonicalJson(entry);
}

/** The entry in a line, or undefined when the line is not exactly what `lineOf` writes. */
export function parseLine(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!v.is(EntrySchema, value) || canonicalJson(value) !== line) return undefined;
    // Its frame is checked; that the body fits the kind is what the hash vouches for.
    return value as unknown as Entry;
  } catch {
    return undefined;
  }
}
