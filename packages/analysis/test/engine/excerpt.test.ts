import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/engine/excerpt.js';

describe('excerpt', () => {
  it('keeps readable text of any language', () => {
    expect(excerpt('Grüße, 世界 🙂')).toBe('Grüße, 世界 🙂');
  });

  it('shows what acts on terminals and what cannot be seen', () => {
    expect(excerpt('a\x1b[2Jb\x07\rc\0')).toBe('a\\x1b[2Jb\\x07\\x0dc\\x00');
    expect(excerpt('evil\u202egnp.exe\u200b')).toBe('evil\\u{202e}gnp.exe\\u{200b}');
  });

  it('cuts long text and never in the middle of a character', () => {
    expect(excerpt('🙂🙂🙂', 3)).toBe('🙂…');
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(excerpt(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});
