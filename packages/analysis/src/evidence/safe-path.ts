/** A path as data: relative, without `.`, `..`, empty parts or NUL, and what was odd about the original. */
export interface SafePath {
  readonly path: string;
  readonly odd: boolean;
}

const MAX_PATH_CHARACTERS = 4096;

/** Makes any name from an archive relative and harmless. `..` parts are dropped, never resolved. */
export function safePath(original: string): SafePath {
  const cut = original.length > MAX_PATH_CHARACTERS ? original.slice(0, MAX_PATH_CHARACTERS) : original;
  const parts = cut.replaceAll('\0', '').split('/');
  const kept = parts.filter((part) => part !== '' && part !== '.' && part !== '..');
  const odd = cut !== original || original.startsWith('/') || parts.includes('..') || original.includes('\0');
  return { path: kept.join('/'), odd };
}
