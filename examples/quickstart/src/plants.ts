import type { Observation } from '@cordon/core';
import type { Plant } from '@cordon/testkit';

/** What shows a planted thing, and where. */
export interface Proof {
  readonly plant: Plant;
  readonly observation: Observation | undefined;
}

/** The rules that are to see each planted thing. */
const SEEN_BY: Readonly<Record<string, readonly string[]>> = {
  'web-shell': ['webshell.'],
  'web-shell-use': ['web.shell-used'],
  'cron-reverse-shell': ['persistence.cron.reverse_shell_dev_tcp'],
  'reverse-shell-connection': ['process.reverse-shell', 'network.finding-remote'],
  'ssh-brute-force': ['log.ssh-brute-force'],
  'ssh-brute-force-success': ['log.ssh-brute-force-success'],
  'root-by-sudo': ['log.root-after-intrusion'],
  account: ['account.second-root', 'log.user-added'],
  'root-key': ['persistence.authorized-key'],
  miner: ['process.command.miner', 'process.deleted-executable'],
  'miner-connection': ['network.mining-port'],
  listener: ['network.odd-listener'],
  'setuid-shell': ['file.setuid'],
  preload: ['persistence.ld-so-preload'],
  service: ['persistence.unit.miner'],
  history: ['shell.download_piped_to_interpreter'],
  'history-wiped': ['shell.history_wiped', 'shell.history-empty'],
};

/** An observation speaks of a place when it is about it, names it, or points into it. */
function speaksOf(observation: Observation, place: string): boolean {
  const { entity, title, excerpt = '', evidence } = observation;
  const words = [entity, title, excerpt, ...evidence.map(({ path = '' }) => path)];
  return words.some((word) => word.includes(place));
}

/** A word that ends in a point stands for all rules below it. */
function isRule(rule: string, wanted: string): boolean {
  return rule === wanted || rule.startsWith(wanted.endsWith('.') ? wanted : `${wanted}.`);
}

function isProof(observation: Observation, { id, where }: Plant): boolean {
  const rules = SEEN_BY[id] ?? [];
  return (
    observation.severity !== 'info' &&
    rules.some((wanted) => isRule(observation.rule, wanted)) &&
    where.some((place) => speaksOf(observation, place))
  );
}

/** For every planted thing the first observation that shows it. */
export function proofs(plants: readonly Plant[], observations: readonly Observation[]): readonly Proof[] {
  return plants.map((plant) => ({
    plant,
    observation: observations.find((observation) => isProof(observation, plant)),
  }));
}

/** `disk/vol-1.tar.gz: fs/etc/passwd:20` */
export function placeOf({ evidence }: Observation): string {
  const [first] = evidence;
  if (first === undefined) return 'the journal';
  const path = first.path === undefined ? '' : `: ${first.path}`;
  if (first.line !== undefined) return `${first.artifact}${path}:${first.line}`;
  return first.offsetBytes === undefined
    ? `${first.artifact}${path}`
    : `${first.artifact}${path}, byte ${first.offsetBytes}`;
}
