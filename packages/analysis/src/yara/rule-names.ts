import type { NamedSource, YaraSource } from './yara-messages.js';

const RULE = /^[ \t]*((?:(?:private|global)\s+){0,2})rule\s+(\w{1,128})/gm;

/** The rules of a source, by a look at its lines: one named in a comment does no harm. */
export function nameRules({ file, text }: YaraSource): NamedSource {
  const found = [...text.matchAll(RULE)];
  return {
    file,
    text,
    names: found.map(([, , name = '']) => name),
    isGlobal: found.some(([, words = '']) => words.includes('global')),
  };
}
