import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SECTION, section, slackCode, slackText } from '../src/text.js';

describe('slackText', () => {
  it('leaves no markup of Slack and no control character, and keeps to its length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.integer({ min: 2, max: 500 }),
        (text, limit) => {
          const escaped = slackText(text, limit);
          expect(escaped.length).toBeLessThanOrEqual(limit);
          expect(escaped).not.toMatch(/[<>]/);
          expect(escaped.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left.
          expect(escaped).not.toMatch(/[\u0000-\u001f\u202e]/);
        },
      ),
    );
  });

  it('redacts what opens doors', () => {
    expect(slackText('key=AKIAIOSFODNN7EXAMPLE password: hunter22')).toBe(
      'key=[redacted] password: [redacted]',
    );
  });

  it('cannot be left by a backtick', () => {
    expect(slackCode('a`b')).toBe("`a'b`");
  });
});

describe('section', () => {
  it('keeps to what Slack takes and says how much is missing', () => {
    const text = section(Array.from({ length: 500 }, (_, index) => `line ${index} ${'x'.repeat(40)}`));
    expect(text.length).toBeLessThanOrEqual(MAX_SECTION);
    expect(text).toMatch(/… and \d+ more$/);
  });
});
