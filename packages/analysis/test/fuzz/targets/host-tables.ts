import { parseGroup, parsePasswd, parseShadow } from '../../../src/parsers/accounts.js';
import { parseAuthorizedKey } from '../../../src/parsers/authorized-keys.js';
import { parseCrontab } from '../../../src/parsers/crontab.js';
import { parseGetcapLine } from '../../../src/parsers/file-capabilities.js';
import { parseMd5sums } from '../../../src/parsers/md5sums.js';
import { parseSudoers } from '../../../src/parsers/sudoers.js';
import { UnitParser } from '../../../src/parsers/systemd-unit.js';
import { TsvParser } from '../../../src/parsers/tsv.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIEl1k0Zq0bq1mV0m2cT6m1pQy4o2m1lH6m9Wc3n8xYzA';

/** What says who a host's users are, and what it runs: files of a line for each. */
export const targets: readonly FuzzTarget[] = [
  lines(
    'passwd, group and shadow',
    () => 'root:x:0:0:root:/root:/bin/bash\nadm:x:4:syslog,ubuntu\nroot:$6$x$y:19000:0:99999:7:::\n',
    () => (text) => [parsePasswd(text), parseGroup(text), parseShadow(text)],
  ),
  lines(
    'authorized_keys',
    () => `# mine\ncommand="/bin/x \\"y\\"",no-pty ssh-ed25519 ${KEY} me@laptop\nssh-rsa ${KEY}== you\n`,
    () => parseAuthorizedKey,
  ),
  lines(
    'crontab',
    () =>
      'PATH=/bin\n*/10 * * * *\troot  /bin/x --y\n@reboot root /bin/x\n0 4 1-9,11 JAN-MAR MON echo hi % x\n',
    () => (text) => [parseCrontab(text, { hasUser: 'yes' }), parseCrontab(text, { hasUser: 'no' })],
  ),
  lines(
    'sudoers',
    () => 'Defaults env_reset\n%sudo ALL=(ALL:ALL) NOPASSWD: SETENV: /bin/x, ALL\n#1001 web=(root) /bin/y\n',
    () => parseSudoers,
  ),
  lines(
    'unit file',
    () => '[Service]\n# ExecStart=/old\nExecStart=/bin/a \\\n; comment\n  --b\nRestart = always\n',
    () => {
      const parser = new UnitParser();
      return (text, line) => parser.parse(text, line);
    },
  ),
  lines(
    'table of the collection',
    () => 'pid\tcomm\t__proto__\n7\tba\\x2fsh\\t\\\\n\tx\n',
    () => {
      const parser = new TsvParser();
      return (text) => parser.parse(text);
    },
  ),
  lines(
    'list of capabilities',
    () => './usr/bin/ping cap_net_raw=ep\n/opt/a b/x = cap_chown,cap_kill+i =ep [rootid=1000]\n',
    () => parseGetcapLine,
  ),
  lines(
    'md5sums',
    () => 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/x y\n',
    () => parseMd5sums,
  ),
];
