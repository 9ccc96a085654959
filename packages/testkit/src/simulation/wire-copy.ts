/**
 * What is left of a value when it has gone over the wire: a copy, without the fields that are undefined. Neither side
 * can change what the other holds.
 */
export function wireCopy<T>(value: T): T {
  // Each branch gives back the kind of value that came in.
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, copy(inner)]])),
  );
}
