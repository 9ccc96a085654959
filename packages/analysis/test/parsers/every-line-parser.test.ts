import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountLog } from '../../src/parsers/account-log.js';
import { parseGroup, parsePasswd, parseShadow } from '../../src/parsers/accounts.js';
import { parseAuthorizedKey } from '../../src/parsers/authorized-keys.js';
import { parseCronLog } from '../../src/parsers/cron-log.js';
import { parseCrontab } from '../../src/parsers/crontab.js';
import { errorLogParser } from '../../src/parsers/error-log.js';
import { historyParser } from '../../src/parsers/history.js';
import { parseMd5sums } from '../../src/parsers/md5sums.js';
import { parseSu, parseSudo } from '../../src/parsers/sudo.js';
import { parseSudoers } from '../../src/parsers/sudoers.js';
import { UnitParser } from '../../src/parsers/systemd-unit.js';
import { TsvParser } from '../../src/parsers/tsv.js';

/** What the parsers look for. */
const WORDS = [
  ...['ALL', '=', '(', ')', ' ', '\t', '* ', 'NOPASSWD:', '"', '[', ']', '\\', ':'],
  ...['new user: name=', ', UID=', ' : ', 'COMMAND=', 'ssh-rsa AAAA'],
];

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 60 })
  .map((parts) => parts.join(''));

/** One of each; those that remember lines remember them all. */
function everyParser(): readonly ((text: string) => unknown)[] {
  const unit = new UnitParser();
  const tsv = new TsvParser();
  const shells = (['bash', 'zsh', 'fish'] as const).map(historyParser);
  return [
    parseSudo,
    parseSu,
    ...['useradd', 'passwd', 'gpasswd'].map((program) => (text: string) => parseAccountLog(program, text)),
    parsePasswd,
    parseGroup,
    parseShadow,
    (text) => parseCrontab(text, { hasUser: 'yes' }),
    (text) => parseCrontab(text, { hasUser: 'no' }),
    parseCronLog,
    parseAuthorizedKey,
    parseSudoers,
    parseMd5sums,
    errorLogParser('Asia/Tokyo'),
    (text) => unit.parse(text, 1),
    (text) => tsv.parse(text),
    ...shells.map((shell) => (text: string) => shell.parse(text, 1)),
  ];
}

describe('every line parser', () => {
  it('takes any text without throwing, and fast', () => {
    const parsers = everyParser();
    fc.assert(
      fc.property(anyText, (text) => {
        for (const parse of parsers) parse(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['a', ' ', '\t', '"', '\\', '(', ',', '*', '* ', 'A:', '%', '[x', '=', '[client ', 'ssh-rsa '])(
    'is linear in long runs of %j',
    (piece) => {
      // Quadratic would be a minute and more here; linear is some hundredths of a second.
      const text = piece.repeat(262_144 / piece.length);
      const began = process.cpuUsage();
      parseSudo(text);
      parseSu(text);
      parseAccountLog('useradd', text);
      parseCrontab(text, { hasUser: 'yes' });
      parseCronLog(text);
      parseAuthorizedKey(text);
      parseSudoers(text);
      errorLogParser()(text);
      expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
    },
  );
});
