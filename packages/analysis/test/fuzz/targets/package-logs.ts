import { packageLogParser } from '../../../src/parsers/package-log.js';
import { type FuzzTarget, lines, NOT_AFTER } from '../fuzz-target.js';

const SEED = `2026-11-20 03:11:52 install nmap:amd64 <none> 7.93
Start-Date: 2026-11-20  03:11:52
Commandline: apt-get install x
Install: a:amd64 (1, automatic), b:amd64 (1, 2)
End-Date: 2026-11-20  03:11:52
Nov 20 03:11:52 Installed: nmap-2:6.40-19.el7.x86_64
2026-11-20T03:11:50+0100 DDEBUG Command: dnf install
2026-11-20T03:11:52+0100 SUBDEBUG Installed: a-3:7-1.x86_64\n`;

export const targets: readonly FuzzTarget[] = (['dpkg', 'apt', 'yum', 'dnf'] as const).map((kind) =>
  lines(
    `${kind} log`,
    () => SEED,
    () => {
      const parser = packageLogParser(kind, { notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' });
      return (text, line) => parser.parse(text, line);
    },
  ),
);
