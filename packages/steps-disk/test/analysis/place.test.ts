import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePlace, type Weighed } from '../../src/remote/place.js';

const NOW = new Date('2026-11-20T04:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const GIB = 2 ** 30;
const LAMBDA = { endsAt: after(895), memoryBytes: 2 * GIB };

const weighed = (over: Partial<Weighed> = {}): Weighed => ({
  evidenceBytes: 1e6,
  bytesPerSecond: 2e6,
  limits: LAMBDA,
  now: NOW,
  attempt: 1,
  options: {},
  ...over,
});

describe('the place of an analysis', () => {
  it('is here where time and memory suffice, with the figures', () => {
    expect(choosePlace(weighed({ evidenceBytes: 300e6 }))).toEqual({
      at: 'here',
      fitsHere: true,
      because: '300 MB of evidence take about 150 s of the 895 s that this host gives',
    });
  });

  it('is the forensic instance where the time does not suffice', () => {
    const { at, fitsHere, because } = choosePlace(weighed({ evidenceBytes: 4e9 }));
    expect({ at, fitsHere }).toEqual({ at: 'forensic-instance', fitsHere: false });
    expect(because).toBe(
      '4000 MB of evidence take about 2000 s, this host gives 895 s and 2048 MiB, of which 626 s are counted on',
    );
  });

  it('is the forensic instance where the memory does not suffice, or makes the processor slow', () => {
    const small = choosePlace(weighed({ limits: { ...LAMBDA, memoryBytes: GIB / 4 } }));
    expect(small).toMatchObject({
      at: 'forensic-instance',
      because: expect.stringMatching(/it takes 512 MiB$/),
    });
    const slow = { evidenceBytes: 1e9, limits: { ...LAMBDA, memoryBytes: GIB } };
    expect(choosePlace(weighed(slow)).at).toBe('forensic-instance');
    expect(choosePlace(weighed({ ...slow, limits: LAMBDA })).at).toBe('here');
  });

  it('is the forensic instance after an attempt here that did not come to its end', () => {
    const { at, because } = choosePlace(weighed({ attempt: 2 }));
    expect([at, because]).toEqual(['forensic-instance', expect.stringMatching(/an earlier attempt here/)]);
  });

  it('is here, whatever the size, where nobody ends the process, and there where that is asked for', () => {
    const own = { limits: {}, evidenceBytes: 1e12, attempt: 3 };
    expect(choosePlace(weighed(own))).toMatchObject({ at: 'here', fitsHere: true });
    const asked = weighed({ ...own, options: { where: 'forensic-instance' } });
    expect(choosePlace(asked)).toMatchObject({ at: 'forensic-instance', fitsHere: true });
  });

  it('never leaves here because there is less to do, or more time for it', () => {
    fc.assert(
      fc.property(fc.nat(1e10), fc.nat(1e10), fc.nat(900), fc.nat(900), (bytes, less, seconds, more) => {
        const limits = { ...LAMBDA, endsAt: after(seconds) };
        if (choosePlace(weighed({ evidenceBytes: bytes, limits })).at !== 'here') return;
        const easier = { ...LAMBDA, endsAt: after(seconds + more) };
        const evidenceBytes = Math.max(0, bytes - less);
        expect(choosePlace(weighed({ evidenceBytes, limits: easier })).at).toBe('here');
      }),
    );
  });
});
