import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCapabilityAttribute, parseGetcapLine } from '../../src/parsers/file-capabilities.js';

describe('capabilities of a file', () => {
  // What setcap of libcap 2.66 wrote, read by getxattr, and what its getcap says of the same file.
  it.each([
    ['0100000200200000000000000000000000000000', 'f cap_net_raw=ep'],
    ['01000002c0000000000000000000000000000000', 'f cap_setgid,cap_setuid=ep'],
    ['01000002ffffffff00000000ff01000000000000', 'f =ep'],
    ['0000000220000000010000000000000000000000', 'f cap_chown=i cap_kill+p'],
  ])('%s is what getcap prints as %s', (hex, line) => {
    const attribute = parseCapabilityAttribute(Buffer.from(hex, 'hex'));
    const { path, permitted = [], inheritable = [] } = parseGetcapLine(line) ?? {};
    expect(path).toBe('f');
    expect(attribute?.permitted).toEqual([...permitted].sort(byNumber));
    expect(attribute?.inheritable).toEqual([...inheritable].sort(byNumber));
    expect(permitted.length + inheritable.length).toBeGreaterThan(0);
  });

  it('are read from older lists, with blanks in names, and of a user namespace', () => {
    expect(parseGetcapLine('/opt/a b/x = cap_net_raw+ep')).toMatchObject({
      path: '/opt/a b/x',
      permitted: ['cap_net_raw'],
    });
    expect(parseGetcapLine('/x =ep cap_setuid-p [rootid=1000]')?.permitted).not.toContain('cap_setuid');
    expect(parseGetcapLine('/x cap_chown+ep')?.permitted).toEqual(['cap_chown']);
    for (const none of ['', '/x', 'cap_chown=ep', '/x (Operation not permitted)'])
      expect(parseGetcapLine(none)).toBeUndefined();
  });

  it('are none where the attribute is cut or of an unknown revision', () => {
    const whole = Buffer.from('0100000200200000000000000000000000000000', 'hex');
    for (let length = 0; length < 20; length += 1)
      expect(parseCapabilityAttribute(whole.subarray(0, length))).toBeUndefined();
    expect(parseCapabilityAttribute(Buffer.from('0100000900200000'.padEnd(48, '0'), 'hex'))).toBeUndefined();
    // The first revision has 32 rights; the third a user namespace behind them.
    expect(parseCapabilityAttribute(Buffer.from('010000018000000000000000', 'hex'))?.permitted).toEqual([
      'cap_setuid',
    ]);
    expect(
      parseCapabilityAttribute(Buffer.from(`01000003${'80'.padEnd(32, '0')}e8030000`, 'hex'))?.permitted,
    ).toEqual(['cap_setuid']);
  });

  it('are read from any text without throwing', () => {
    const word = fc.constantFrom('/x', 'cap_setuid', '=ep', '+i', ',', ' ', 'cap_kill=ep', '=', '[rootid=1]');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const listed = parseGetcapLine(words.join(''));
        expect(listed?.path === '').toBe(false);
      }),
    );
  });
});

function byNumber(a: string, b: string): number {
  const all = parseGetcapLine('x =p')?.permitted ?? [];
  return all.indexOf(a) - all.indexOf(b);
}
