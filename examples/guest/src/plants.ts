import type { Observation } from '@cordon/core';

/** One thing that the intruder has done, and who is to see it. */
interface Planted {
  readonly what: string;
  /** The beginning of the rule. */
  readonly rule: string;
  /** A word that the observation must contain. */
  readonly names: string;
}

export const PLANTED: readonly Planted[] = [
  { what: 'guessed passwords', rule: 'log.ssh-brute-force', names: '198.51.100.77' },
  { what: 'a login after the guessing', rule: 'log.ssh-brute-force-success', names: 'deploy' },
  { what: 'root by sudo', rule: 'log.root-after-intrusion', names: 'deploy' },
  { what: 'a second root', rule: 'account.second-root', names: 'sysupd' },
  { what: 'a key for root', rule: 'persistence.authorized-key', names: 'root' },
  { what: 'a web shell', rule: 'webshell.', names: 'uploads/cache.php' },
  { what: 'its use', rule: 'web.shell-used', names: 'uploads/cache.php' },
  { what: 'a reverse shell', rule: 'process.reverse-shell', names: '203.0.113.66:4444' },
  { what: 'a reverse shell in cron', rule: 'persistence.cron.', names: 'sysstat-update' },
  { what: 'a miner', rule: 'process.command.miner', names: 'kworkerd' },
  { what: 'a program whose file is gone', rule: 'process.deleted-executable', names: 'kworkerd' },
  { what: 'its pool', rule: 'network.mining-port', names: '203.0.113.66' },
  { what: 'a hidden listener', rule: 'network.odd-listener', names: '31337' },
  { what: 'a setuid shell', rule: 'file.setuid', names: 'var/tmp/.x/.sh' },
  { what: 'a library in every process', rule: 'persistence.ld-so-preload', names: 'libdbus-helper' },
  { what: 'a unit of systemd', rule: 'persistence.unit.', names: 'dbus-helper' },
  { what: 'a download into a shell', rule: 'shell.download_piped_to_interpreter', names: '.bash_history' },
];

function speaksOf(
  { entity, title, excerpt = '', reasons = [], evidence }: Observation,
  word: string,
): boolean {
  const paths = evidence.map(({ path = '' }) => path);
  return [entity, title, excerpt, ...reasons, ...paths].some((text) => text.includes(word));
}

/** The observation that shows it, with a severity that somebody looks at. */
export function proofOf(planted: Planted, observations: readonly Observation[]): Observation | undefined {
  return observations.find(
    (one) =>
      ['medium', 'high', 'critical'].includes(one.severity) &&
      one.rule.startsWith(planted.rule) &&
      speaksOf(one, planted.names),
  );
}
