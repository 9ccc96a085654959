import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, plainJson, sha256 } from '../../src/journal/canonical.js';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785 as the RFC does', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('does not depend on the order in which keys were set', () => {
    expect(canonicalJson({ b: 1, a: { d: 2, c: 3 } })).toBe(canonicalJson({ a: { c: 3, d: 2 }, b: 1 }));
  });

  it('hashes the bytes of UTF-8', () => {
    expect(sha256('€')).toBe('c4cc90ed3d26f12d4b08a75140970a7904035c31cbb4515a83f19b9003c00d1d');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('plain JSON', () => {
  it('replaces half characters, in values and in keys, so that canonical JSON takes them', () => {
    const hostile = { '\ud800key': ['a\udc00b', '\\ud800 spelled out'] };
    expect(plainJson(hostile)).toEqual({ '\ufffdkey': ['a\ufffdb', '\\ud800 spelled out'] });
    expect(() => canonicalJson(plainJson(hostile))).not.toThrow();
  });

  it('is what reading back would give, for any value', () => {
    const anything = fc.anything({ withDate: true, withBoxedValues: true, stringUnit: 'binary' });
    fc.assert(
      fc.property(fc.record({ value: anything }), (value) => {
        let plain: unknown;
        try {
          plain = plainJson(value);
        } catch {
          return; // a bigint: JSON refuses it too
        }
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });
});
