import type { Finding } from '../../../../engine/finding.js';
import type { Observation } from '../../../../engine/observation.js';
import { DEEDS, type Deed } from './deeds.js';
import type { AddressTally, DeedTally, RoleTally } from './role-tally.js';

/** What refused calls show is a wish; what may have come from the instance after all is a doubt. */
const LESS = { info: 'info', low: 'low', medium: 'low', high: 'medium', critical: 'high' } as const;

const MOST_ADDRESSES = 20;

export interface RoleFrame {
  readonly roleName: string;
  readonly finding: Finding;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

interface DeedFrame extends RoleFrame {
  readonly sure: boolean;
}

function severityOf({ severity, from }: Deed, done: boolean, sure: boolean): Observation['severity'] {
  const believed = from === 'anywhere' || sure ? severity : LESS[severity];
  return done ? believed : LESS[believed];
}

function ofDeed(deed: Deed, tally: DeedTally, { roleName, sure }: DeedFrame): Observation {
  const done = tally.outcome === 'done';
  return {
    rule: deed.rule,
    title: done ? `The role ${deed.did}` : `The role tried to ${deed.tried}, and was refused`,
    severity: severityOf(deed, done, sure),
    techniques: [...deed.techniques],
    at: tally.first,
    entity: `role:${roleName}`,
    excerpt: `${[...tally.calls].sort().join(', ')}: ${times(tally.count)}, last at ${tally.last}`,
    evidence: tally.evidence,
    confidence: deed.from === 'anywhere' || sure ? 0.9 : 0.5,
  };
}

/** Sure when the usual way out is known, or when the detector names the address too. */
function isSure({ address }: AddressTally, tally: RoleTally, { finding }: RoleFrame): boolean {
  if (finding.remote.addresses.includes(address)) return true;
  return [...tally.addresses.values()].some(({ whereabouts }) => whereabouts === 'own');
}

function ofAddress(from: AddressTally, tally: RoleTally, frame: RoleFrame): Observation {
  const sure = isSure(from, tally, frame);
  return {
    rule: 'role.used-elsewhere',
    title: `The role’s session was used from ${from.address}, which is not the instance’s: its credentials were taken`,
    severity: sure ? 'high' : 'medium',
    techniques: ['T1552.005', 'T1078.004'],
    at: from.first,
    entity: `ip:${from.address}`,
    excerpt: `${from.count} calls, ${from.errors} of them refused, from ${from.first} to ${from.last}`,
    evidence: [from.evidence],
    confidence: sure ? 0.95 : 0.5,
    reasons: sure
      ? ['instance credentials are used from the instance']
      : ['the instance’s own way out is not known: it may be a gateway of another account'],
  };
}

/** What CloudTrail shows of a session that only the instance should have. */
export function roleObservations(tally: RoleTally, frame: RoleFrame): readonly Observation[] {
  const elsewhere = [...tally.addresses.values()]
    .filter(({ whereabouts }) => whereabouts === 'elsewhere')
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_ADDRESSES);
  const sure = elsewhere.some((from) => isSure(from, tally, frame));
  const deeds = DEEDS.flatMap((deed) =>
    [...tally.deeds.values()]
      .filter(({ deed: rule }) => rule === deed.rule)
      .map((one) => ofDeed(deed, one, { ...frame, sure })),
  );
  return [...elsewhere.map((from) => ofAddress(from, tally, frame)), ...deeds];
}
