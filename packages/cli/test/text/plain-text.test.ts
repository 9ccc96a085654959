import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiJson, plainText } from '../../src/text/plain-text.js';

/** Controls, marks of direction, invisible characters, halves of pairs, separators. */
const ACTED_UPON = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('plainText', () => {
  it('leaves what people write alone, in every script', () => {
    const text = 'Ünïcode, 日本語, العربية, हिन्दी, emoji 🔥, C:\\x1b';
    expect(plainText(text)).toBe(text);
  });

  it.each([
    ['\u001b[2J\u001b[31mred', '\\x1b[2J\\x1b[31mred'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['\u001b]8;;http://evil\u001b\\link', '\\x1b]8;;http://evil\\x1b\\link'],
    ['\u009b2J', '\\x9b2J'],
    ['line\r\nnext', 'line\\x0d\\x0anext'],
    ['a\tb', 'a b'],
    ['cod\u202egnp.exe', 'cod\\u{202e}gnp.exe'],
    ['pay\u200bpal\ufeff', 'pay\\u{200b}pal\\u{feff}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud800 pair', 'half \\u{d800} pair'],
    ['no-break\u00a0space', 'no-break\\xa0space'],
    ['para\u2029graph', 'para\\u{2029}graph'],
    [`z${'\u0301'.repeat(50)}algo`, 'z\u0301\u0301algo'],
  ])('shows %j as what it is', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('cuts what is long, also when it is only escapes', () => {
    expect(plainText('x'.repeat(500), 10)).toBe('xxxxxxxxx…');
    expect(Array.from(plainText('\u001b'.repeat(1_000_000), 50))).toHaveLength(50);
  });

  it('never lets anything through that a terminal acts upon, and never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 200 }),
        (text, limit) => {
          const shown = plainText(text, limit);
          expect(shown).not.toMatch(ACTED_UPON);
          expect(Array.from(shown).length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

describe('asciiJson', () => {
  it('is the same value, in printable ASCII', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = asciiJson(value);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
