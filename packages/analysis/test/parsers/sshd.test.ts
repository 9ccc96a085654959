import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSshd } from '../../src/parsers/sshd.js';

describe('messages of sshd', () => {
  it('reads failures', () => {
    expect(parseSshd('Failed password for invalid user oracle from 192.0.2.7 port 40022 ssh2')).toEqual({
      kind: 'failed',
      method: 'password',
      user: 'oracle',
      invalidUser: true,
      address: '192.0.2.7',
      port: 40022,
    });
  });

  it('reads an accepted key', () => {
    const key = `SHA256:${'a'.repeat(43)}`;
    expect(
      parseSshd(`Accepted publickey for admin from 2001:db8::1 port 1 ssh2: ED25519 ${key}`),
    ).toMatchObject({
      kind: 'accepted',
      method: 'publickey',
      address: '2001:db8::1',
      key,
    });
  });

  it('is not fooled by a user name that says where it comes from', () => {
    const message =
      'Failed password for invalid user root from 10.0.0.1 port 22 ssh2 from 203.0.113.9 port 5 ssh2';
    expect(parseSshd(message)).toMatchObject({
      user: 'root from 10.0.0.1 port 22 ssh2',
      address: '203.0.113.9',
      port: 5,
    });
  });

  it('counts what was given up and users that do not exist as attempts', () => {
    expect(parseSshd('Invalid user pi from 192.0.2.9 port 1')).toMatchObject({
      kind: 'probe',
      user: 'pi',
      address: '192.0.2.9',
    });
    expect(
      parseSshd('Connection closed by authenticating user root 192.0.2.9 port 7 [preauth]'),
    ).toMatchObject({
      kind: 'probe',
      user: 'root',
      address: '192.0.2.9',
    });
  });

  it('unfolds repeated messages', () => {
    const event = parseSshd(
      'message repeated 5 times: [ Failed password for root from 192.0.2.9 port 7 ssh2]',
    );
    expect(event).toEqual({
      kind: 'repeated',
      times: 5,
      message: 'Failed password for root from 192.0.2.9 port 7 ssh2',
    });
  });

  it('ignores the rest', () => {
    expect(parseSshd('Server listening on 0.0.0.0 port 22.')).toBeUndefined();
    expect(parseSshd('Failed ')).toBeUndefined();
    expect(parseSshd('Accepted password for')).toBeUndefined();
  });

  it('takes the address from the end whatever the user name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (user) => {
        const event = parseSshd(`Failed password for ${user} from 198.51.100.77 port 1234 ssh2`);
        expect(event).toMatchObject({ address: '198.51.100.77', port: 1234 });
      }),
    );
  });
});
