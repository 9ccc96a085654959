import { parseAccountLog } from '../../../src/parsers/account-log.js';
import { parseCronLog } from '../../../src/parsers/cron-log.js';
import { parseSshd } from '../../../src/parsers/sshd.js';
import { parseSu, parseSudo } from '../../../src/parsers/sudo.js';
import { SyslogParser } from '../../../src/parsers/syslog.js';
import { type FuzzTarget, lines, NOT_AFTER } from '../fuzz-target.js';
import { SYSLOG } from '../seeds.js';

export const targets: readonly FuzzTarget[] = [
  lines(
    'syslog',
    () => SYSLOG,
    () => {
      const parser = new SyslogParser({ notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' });
      return (text) => {
        const { message = '', program = '' } = parser.parse(text) ?? {};
        return [
          parseSshd(message),
          parseSudo(message),
          parseSu(message),
          parseCronLog(message),
          parseAccountLog(program, message),
        ];
      };
    },
  ),
];
