import { describe, expect, it } from 'vitest';
import type { Tools } from '../../src/catalogue/catalogue.js';
import type { ProbeAnswer } from '../../src/lime/answers.js';
import { chooseMethods } from '../../src/lime/choose-method.js';
import type { LimeDumpOptions } from '../../src/lime/options.js';

const GIB = 2 ** 30;
const PROBE: ProbeAnswer = {
  kernel: '6.1.0-18-cloud-amd64',
  architecture: 'x86_64',
  lockdown: 'none',
  ram: 4 * GIB,
  free: 8 * GIB,
  tainted: 0,
  loaded: false,
  kcore: true,
  secureBoot: false,
  signaturesEnforced: false,
};
const AT = { bucket: 'b', key: 'k', sha256: '0'.repeat(64), architecture: 'x86_64' };
const MODULE = { ...AT, kernel: PROBE.kernel };

interface Given {
  readonly modules?: Tools['modules'];
  readonly options?: Partial<LimeDumpOptions>;
}

const choose = (probe: Partial<ProbeAnswer>, { modules = [MODULE], options = {} }: Given = {}) =>
  chooseMethods(
    { ...PROBE, ...probe },
    { tools: { modules, avml: [AT] }, options: { modules, ...options } as LimeDumpOptions }, // either kind
  );

describe('how memory is taken', () => {
  it('is LiME first, then AVML, then /proc/kcore', () => {
    expect(choose({})).toEqual({ methods: ['lime', 'avml', 'kcore'] });
  });

  it('is AVML where the catalogue has no module for exactly this kernel', () => {
    expect(choose({ kernel: '6.1.0-19-cloud-amd64' })).toEqual({
      methods: ['avml', 'kcore'],
      because: expect.stringMatching(/^NO_MODULE_FOR_KERNEL: .*6\.1\.0-19-cloud-amd64/),
    });
  });

  it('is plain tools where there is no AVML for the architecture', () => {
    expect(choose({ architecture: 'aarch64' })).toMatchObject({ methods: ['kcore'] });
  });

  it.each([
    ['lockdown', { lockdown: 'integrity' }, /^LOCKDOWN: .*integrity/],
    ['enforced signatures', { signaturesEnforced: true }, /^SIGNATURE_ENFORCED: /],
    [
      'Secure Boot, which it names',
      { signaturesEnforced: true, secureBoot: true },
      /^SIGNATURE_ENFORCED: .*Secure Boot/,
    ],
    ['a module of that name that is not ours', { loaded: true }, /^LIME_LOADED_ALREADY: /],
  ] as const)('loads nothing under %s', (_, probe, because) => {
    const choice = choose(probe);
    expect(choice.methods).toEqual(['avml', 'kcore']);
    expect(choice.because).toMatch(because);
    expect(() => choose(probe, { options: { fallback: 'none' } })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(because.source.replace(/^\^[A-Z_]+: /, '')) }),
    );
  });

  it('loads a module that is signed for the fleet’s kernels all the same', () => {
    const modules = [{ ...MODULE, signed: true }];
    expect(choose({ lockdown: 'integrity', signaturesEnforced: true }, { modules }).methods[0]).toBe('lime');
  });

  it('is impossible where the kernel is locked down for confidentiality', () => {
    expect(() => choose({ lockdown: 'confidentiality' })).toThrow(
      expect.objectContaining({ code: 'LOCKDOWN' }),
    );
  });

  it('is impossible where there is no module and the kernel shows nothing', () => {
    expect(() => choose({ kcore: false }, { modules: [] })).toThrow(
      expect.objectContaining({ code: 'NO_MODULE_FOR_KERNEL' }),
    );
  });

  it('needs no module where only LiME would do and the kernel shows nothing', () => {
    expect(choose({ kcore: false })).toEqual({ methods: ['lime'] });
  });

  it('stops at 256 GiB unless told otherwise', () => {
    const ram = 257 * GIB;
    expect(() => choose({ ram, free: 999 * GIB })).toThrow(expect.objectContaining({ code: 'TOO_MUCH_RAM' }));
    expect(choose({ ram, free: 999 * GIB }, { options: { maxRamGiB: 512 } }).methods[0]).toBe('lime');
    expect(choose({ ram: 256 * GIB, free: 999 * GIB }).methods[0]).toBe('lime');
  });

  it('asks for room on the host only where the dump is to lie there', () => {
    const upload = { destination: 'upload', stagingBucket: 's' } as const;
    expect(() => choose({ free: 4 * GIB }, { options: upload })).toThrow(
      expect.objectContaining({ code: 'NO_SPACE' }),
    );
    expect(choose({ free: 0 }).methods[0]).toBe('lime');
  });
});
