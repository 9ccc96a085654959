/** Each of the shapes in which hosts write it. */
export const SYSLOG = `Nov 20 03:11:52 web-1 sshd[4242]: Failed password for invalid user x from 198.51.100.7 port 40000 ssh2
<34>Nov  1 03:11:52 web-1 sudo:   deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh
2026-11-20T03:11:52.123456+01:00 web-1 CRON[1]: (root) CMD (/usr/bin/x)
<34>1 2026-11-20T03:11:52Z web-1 sshd 42 - [a@1 b="c\\"]"] Accepted password for root from 198.51.100.7 port 22 ssh2\n`;
