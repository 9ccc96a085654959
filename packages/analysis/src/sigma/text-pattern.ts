/** `*`: any characters, also none. */
export const ANY = Symbol('any');
/** `?`: exactly one character. */
export const ONE = Symbol('one');

/** A text with wildcards. */
export type Pattern = readonly (string | typeof ANY | typeof ONE)[];

/** Reads Sigma's escapes: `\*`, `\?` and `\\` before them are plain, any other backslash is itself. */
export function parsePattern(text: string): Pattern {
  const parts: (string | typeof ANY | typeof ONE)[] = [];
  let plain = '';
  const wildcard = (part: typeof ANY | typeof ONE) => {
    if (plain !== '') parts.push(plain);
    plain = '';
    if (part === ONE || parts.at(-1) !== ANY) parts.push(part);
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next;
      at++;
    } else if (character === '*') wildcard(ANY);
    else if (character === '?') wildcard(ONE);
    else plain += character;
  }
  if (plain !== '') parts.push(plain);
  return parts;
}

/** A pattern's text, when it has no wildcards. */
export function plainText(pattern: Pattern): string | null {
  if (pattern.length === 0) return '';
  const [only] = pattern;
  return pattern.length === 1 && typeof only === 'string' ? only : null;
}

export function mapTexts(pattern: Pattern, change: (text: string) => string): Pattern {
  return pattern.map((part) => (typeof part === 'string' ? change(part) : part));
}

export function startingAnywhere(pattern: Pattern): Pattern {
  return pattern[0] === ANY ? pattern : [ANY, ...pattern];
}

export function endingAnywhere(pattern: Pattern): Pattern {
  return pattern.at(-1) === ANY ? pattern : [...pattern, ANY];
}

export type TextTest = (text: string) => boolean;

/** A test for a pattern, in time linear in the text for every pattern without `?`. */
export function compilePattern(pattern: Pattern): TextTest {
  const open = pattern[0] === ANY;
  const ends = pattern.at(-1) === ANY;
  const inner = pattern.slice(open ? 1 : 0, ends && pattern.length > (open ? 1 : 0) ? -1 : undefined);
  const text = plainText(inner);
  if (text === null) return compileGlob(pattern);
  if (pattern.length === 1 && open) return () => true;
  if (open && ends) return (value) => value.includes(text);
  if (open) return (value) => value.endsWith(text);
  if (ends) return (value) => value.startsWith(text);
  return (value) => value === text;
}

/** What stands between two `*`. */
type Segment = readonly (string | typeof ONE)[];

function compileGlob(pattern: Pattern): TextTest {
  const segments: (string | typeof ONE)[][] = [[]];
  for (const part of pattern) {
    if (part === ANY) segments.push([]);
    else segments.at(-1)?.push(part);
  }
  const first = segments[0] ?? [];
  const last = segments.at(-1) ?? [];
  if (segments.length === 1) return (value) => lengthOf(first) === value.length && fits(first, value, 0);
  const middle = segments.slice(1, -1);
  const lastLength = lengthOf(last);
  return (value) => {
    if (!fits(first, value, 0)) return false;
    let at = lengthOf(first);
    for (const segment of middle) {
      at = find(segment, value, at);
      if (at < 0) return false;
      at += lengthOf(segment);
    }
    const tail = value.length - lastLength;
    return tail >= at && fits(last, value, tail);
  };
}

function lengthOf(segment: Segment): number {
  let length = 0;
  for (const part of segment) length += part === ONE ? 1 : part.length;
  return length;
}

function fits(segment: Segment, value: string, at: number): boolean {
  let position = at;
  for (const part of segment) {
    if (part === ONE) {
      if (position >= value.length) return false;
      position++;
    } else {
      if (!value.startsWith(part, position)) return false;
      position += part.length;
    }
  }
  return true;
}

function find(segment: Segment, value: string, from: number): number {
  const [only] = segment;
  if (segment.length === 1 && typeof only === 'string') return value.indexOf(only, from);
  for (let at = from; at + lengthOf(segment) <= value.length; at++) if (fits(segment, value, at)) return at;
  return -1;
}
