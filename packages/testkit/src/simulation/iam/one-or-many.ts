/** How policies write lists. */
export type OneOrMany<T> = T | readonly T[];

/** A lone value as a list. */
export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  // Array.isArray does not narrow a readonly array out of a union.
  return Array.isArray(value) ? value : [value as T];
}
