import { describe, expect, it } from 'vitest';
import { withPlainKeys } from '../src/security/plain-keys.ts';

describe('the shapes of AWS calls', () => {
  it('get the keys that their constants stand for', () => {
    const text = [
      'const _n = "name";',
      'const _x = "x-name";',
      'const other = "other";',
      'export const shape = [{ [_n]: 1, [_x]: [_n], [other]: 2, [_unknown]: 3 }];',
    ].join('\n');
    expect(withPlainKeys(text).split('\n').at(-1)).toBe(
      'export const shape = [{ "name": 1, "x-name": [_n], [other]: 2, [_unknown]: 3 }];',
    );
  });

  it('are left alone where a plain key would mean something else', () => {
    const text = 'const _p = "__proto__";\nexport const shape = { [_p]: 1 };';
    expect(withPlainKeys(text)).toBe(text);
  });
});
