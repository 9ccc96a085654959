import { describe, expect, it } from 'vitest';
import { liveTables } from '../../src/volatility/tables.js';
import { kernelTampering } from '../../src/volatility/tampering.js';

// Rows in the shape of volatility 2.28.2's, as it gave them for a real server (`real/`), with the intruder's put in.
const module = {
  'Module Name': 'netfilter_helper',
  'Code Size': 24_576,
  Taints: 'OOT_MODULE,UNSIGNED_MODULE',
};
const call = { 'Table Name': '64bit', Index: 78, 'Handler Symbol': '__x64_sys_getdents' };

const entities = (results: Readonly<Record<string, readonly object[]>>) =>
  kernelTampering(new Map(Object.entries(results)) as never, 'memory/volatility.tar.gz').map(
    ({ severity, entity }) => `${severity} ${entity}`,
  ); // rows are objects

describe('a kernel that somebody has changed', () => {
  it('shows a module that hides', () => {
    expect(entities({ Hidden_modules: [module] })).toEqual(['critical module:netfilter_helper']);
    expect(entities({ Lsmod: [module], Hidden_modules: [] })).toEqual([]);
  });

  it('shows a system call that leads to a function of nobody’s', () => {
    const hooked = { ...call, 'Handler Symbol': 'UNKNOWN' };
    expect(entities({ Check_syscall: [call, hooked] })).toEqual(['high system-call:64bit:78']);
  });

  it('tells no more of a forged table than anybody reads', () => {
    expect(entities({ Hidden_modules: Array.from({ length: 100_000 }, () => module) })).toHaveLength(50);
  });

  it('says of a module that it is not the kernel’s own, as /proc does', () => {
    const tables = liveTables(new Map([['Lsmod', [module, { 'Module Name': 'xfs', Taints: '' }]]]));
    expect(tables.get('live/modules.txt')).toBe(
      'netfilter_helper 24576 0 - Live 0x0 (OE)\nxfs 0 0 - Live 0x0\n',
    );
  });
});
