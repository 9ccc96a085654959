import type { Finding, Observation } from '@cordon/core';
import { isAtLeast } from '../engine/severity.js';
import { type Known, traitsOf, traitsOfFinding } from './traits.js';

/** One thing that observations have in common. */
export interface Tie {
  /** `ip:203.0.113.66`, `user:deploy`, `file:/var/tmp/.x/.sh`, `sha256:...`. Texts may be the intruder's. */
  readonly trait: string;
  /** The finding itself names it. */
  readonly named: boolean;
  /** Places in the list that was correlated. */
  readonly observations: readonly number[];
}

/** Which observations belong together. */
export interface Web {
  /** Those that the finding or something certain leads to, step by step. */
  readonly linked: ReadonlySet<number>;
  /** What ties them: of the finding first, then what ties most. */
  readonly ties: readonly Tie[];
}

/** So sure that the story may begin with it. */
const CERTAIN = 0.9;

export interface WebOptions {
  /** The suspect's own addresses: they are in everything that its logs say. */
  readonly ownAddresses?: readonly string[] | undefined;
}

/**
 * Follows what observations share, from what the finding names and from what is certain. Low and medium ones that
 * nothing leads to may be anything: a guess at the door two weeks ago, an odd file of the distribution.
 */
export function weave(observations: readonly Observation[], finding: Finding, options: WebOptions = {}): Web {
  const known: Known = {
    own: new Set(options.ownAddresses ?? []),
    domains: finding.remote.domains.map((domain) => domain.toLowerCase()),
  };
  const traits = observations.map((each) => (isAtLeast(each.severity, 'low') ? traitsOf(each, known) : []));
  const holders = new Map<string, number[]>();
  for (const [index, each] of traits.entries()) for (const trait of each) hold(holders, trait, index);
  const named = traitsOfFinding(finding);
  const seeds = [
    ...named.flatMap((trait) => holders.get(trait) ?? []),
    ...observations.flatMap(({ severity, confidence = 0.5 }, index) =>
      severity === 'critical' && confidence >= CERTAIN ? [index] : [],
    ),
  ];
  const linked = reach(seeds, traits, holders);
  return { linked, ties: tiesOf(holders, linked, named) };
}

function reach(
  seeds: readonly number[],
  traits: readonly (readonly string[])[],
  holders: ReadonlyMap<string, readonly number[]>,
): ReadonlySet<number> {
  const linked = new Set(seeds);
  const followed = new Set<string>();
  const waiting = [...linked];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop())
    for (const trait of traits[index] ?? []) {
      if (followed.has(trait)) continue;
      followed.add(trait);
      for (const other of holders.get(trait) ?? [])
        if (!linked.has(other)) {
          linked.add(other);
          waiting.push(other);
        }
    }
  return linked;
}

function tiesOf(
  holders: ReadonlyMap<string, readonly number[]>,
  linked: ReadonlySet<number>,
  named: readonly string[],
): readonly Tie[] {
  const ofFinding = new Set(named);
  // What the finding names and nobody saw is an answer, too.
  const unseen = named.filter((trait) => !holders.has(trait)).map((trait): [string, number[]] => [trait, []]);
  return [...holders, ...unseen]
    .map(([trait, all]) => ({
      trait,
      named: ofFinding.has(trait),
      observations: all.filter((index) => linked.has(index)),
    }))
    .filter(({ named: isNamed, observations }) => isNamed || observations.length > 1)
    .sort((a, b) => Number(b.named) - Number(a.named) || b.observations.length - a.observations.length);
}

/** In place: a trait may have a hundred thousand holders. */
function hold(holders: Map<string, number[]>, trait: string, index: number): void {
  const known = holders.get(trait);
  if (known === undefined) holders.set(trait, [index]);
  else known.push(index);
}
