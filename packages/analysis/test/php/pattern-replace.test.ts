import { describe, expect, it } from 'vitest';
import { replaceKnown } from '../../src/php/library/pattern-replace.js';
import { textValue } from '../../src/php/values/value.js';

const replaced = (pattern: string, subject: string) =>
  replaceKnown(textValue(pattern), textValue(''), textValue(subject)).text;

describe('a pattern of the evidence', () => {
  const long = 'a'.repeat(20_000);

  it('is run over a long text when nothing follows its repeat', () => {
    expect(replaced('/x+/', `${long}x`)).toBe(long);
    expect(replaced('/a+?/', long)).toBe('');
    expect(replaced('/x{2,3}/', `${long}xx`)).toBe(long);
  });

  it.each(['/a+b/', '/a*b/i', '/a{1,}b/'])(
    'is not where each place would be tried to its end: %s',
    (pattern) => {
      expect(replaced(pattern, long)).toBeNull();
      expect(replaced(pattern, 'caabc')).toBe('cc');
    },
  );

  it('is not where every optional character would double the ways to try it', () => {
    const many = `/${'a?'.repeat(18)}${'a'.repeat(20)}b/`;
    expect(replaced(many, 'a'.repeat(60))).toBeNull();
    expect(replaced('/a+b?/', 'aab')).toBeNull();
    expect(replaced('/https?:/', 'http:https:x')).toBe('x');
  });
});
