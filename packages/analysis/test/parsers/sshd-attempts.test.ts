import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Line } from '../../src/engine/line.js';
import { parseSshd } from '../../src/parsers/sshd.js';
import { PieceTexts, SshAttempts } from '../../src/parsers/sshd-attempts.js';

const HEAD = 'Nov 20 03:11:52 web-1 sshd[4242]: ';

function lineOf(message: string): Line {
  const bytes = Buffer.from(`before\n${HEAD}${message}\nafter port 22 ssh2`);
  const end = bytes.lastIndexOf('\n');
  return new Line(bytes, 7, end, { number: 2, offsetBytes: 7, cut: false });
}

/** As one log fills it. */
const TEXTS = new PieceTexts();

/** What the bytes say, in the words of the parser of texts. */
function fromBytes(message: string) {
  const line = lineOf(message);
  const attempt = new SshAttempts();
  if (!attempt.read(line, HEAD.length)) return undefined;
  const { kind, userAt, userEnd, addressAt, addressEnd } = attempt;
  const [user, address] = [TEXTS.of(line, userAt, userEnd), TEXTS.of(line, addressAt, addressEnd)];
  return { kind, user, address };
}

function fromText(message: string) {
  const event = parseSshd(message);
  if (event === undefined || event.kind === 'repeated') return undefined;
  return { kind: event.kind, user: event.user, address: event.address };
}

const SEEN = [
  'Failed password for root from 198.51.100.7 port 40000 ssh2',
  'Failed password for invalid user oracle from 2001:db8::7 port 22 ssh2',
  'Failed none for invalid user  from 198.51.100.7 port 1 ssh2',
  'Failed keyboard-interactive/pam for grüße from 198.51.100.7 port 65535 ssh2',
  'Failed password for invalid user a from 10.0.0.1 port 22 ssh2 from 198.51.100.7 port 40000 ssh2',
  'Invalid user admin from 198.51.100.7 port 40000',
  'Invalid user  from 198.51.100.7 port 40000',
  'Connection closed by authenticating user root 198.51.100.7 port 40000 [preauth]',
];

describe('an attempt in its bytes', () => {
  it.each(SEEN)('is what the text says: %s', (message) => {
    expect(fromBytes(message)).toBeDefined();
    expect(fromBytes(message)).toEqual(fromText(message));
  });

  it('is nothing in other messages', () => {
    for (const message of [
      'Accepted password for root from 198.51.100.7 port 40000 ssh2',
      'Failed',
      '',
      'Invalid user x',
    ])
      expect(fromBytes(message)).toBeUndefined();
  });

  it('is never other than the text says, whatever the user calls himself', () => {
    const word = fc.constantFrom(
      'Failed ',
      'password',
      ' for ',
      'invalid user ',
      ' from ',
      '198.51.100.7',
      ' port ',
      '22',
      ' ssh2',
      ' [preauth]',
      'x',
      ' ',
      'ü',
      'Invalid user ',
      'Connection closed by authenticating user ',
    );
    const text = fc.array(word, { maxLength: 14 }).map((words) => words.join(''));
    const begun = fc.tuple(
      fc.constantFrom('Failed password for ', 'Invalid user ', 'Connection closed by authenticating user '),
      text,
    );
    const ended = fc.tuple(
      begun,
      fc.constantFrom(
        '',
        ' from 198.51.100.7 port 22 ssh2',
        ' from 198.51.100.7 port 22',
        ' 198.51.100.7 port 22 [preauth]',
      ),
    );
    fc.assert(
      fc.property(ended, ([[first, middle], last]) => {
        const message = `${first}${middle}${last}`;
        const seen = fromBytes(message);
        if (seen !== undefined) expect(seen).toEqual(fromText(message));
      }),
      { numRuns: 3000 },
    );
  });
});
