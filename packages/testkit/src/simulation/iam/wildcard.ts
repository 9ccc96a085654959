const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 5_000;

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

/** IAM's and EC2's wildcards: `*` for any run of characters, `?` for one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('?')) return pattern === text;
  return compile(pattern).test(text);
}

/** Whether one of the patterns matches; action names ignore case, ARNs do not. */
export function matchesAny(
  patterns: readonly string[],
  text: string,
  letterCase: 'any-case' | 'exact-case',
): boolean {
  if (letterCase === 'exact-case') return patterns.some((pattern) => matchesWildcard(pattern, text));
  const lower = text.toLowerCase();
  return patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), lower));
}
