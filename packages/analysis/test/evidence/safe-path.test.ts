import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safePath } from '../../src/evidence/safe-path.js';

describe('safePath', () => {
  it('leaves honest paths as they are', () => {
    expect(safePath('fs/etc/passwd')).toEqual({ path: 'fs/etc/passwd', odd: false });
    expect(safePath('./fs/etc/')).toEqual({ path: 'fs/etc', odd: false });
  });

  it('never leads anywhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', '\0', '~', 'b c', '/')), (parts) => {
        const { path } = safePath(parts.join('/'));
        expect(path.startsWith('/')).toBe(false);
        expect(path.split('/')).not.toContain('..');
        expect(path).not.toContain('\0');
      }),
    );
  });
});
