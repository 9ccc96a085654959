import type { Indicator } from './indicators.js';
import { stableUuid } from './stable-uuid.js';

/** What a bundle says of where it comes from. */
export interface StixContext {
  readonly incidentId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/**
 * A STIX 2.1 bundle: who says it, the indicators, and a report that holds them together. Ids are made from the values:
 * the same indicators of one incident make the same bundle. What STIX has no pattern for (fingerprints of SSH keys)
 * stands in the CSV only.
 */
export function stixBundle(indicators: readonly Indicator[], { incidentId, createdAt }: StixContext): object {
  const identity = identityOfCordon();
  const common = {
    spec_version: '2.1',
    created_by_ref: identity.id,
    created: createdAt,
    modified: createdAt,
  };
  const found = indicators.flatMap(({ type, value }) => {
    const pattern = patternOf({ type, value });
    if (pattern === undefined) return [];
    const id = `indicator--${stableUuid(`${incidentId} ${pattern}`)}`;
    const name = `${type} ${value}`.slice(0, 250);
    const kinds = { indicator_types: ['malicious-activity'], pattern_type: 'stix', pattern_version: '2.1' };
    const description = `Seen in incident ${incidentId}`;
    return [
      { type: 'indicator', ...common, id, name, description, pattern, ...kinds, valid_from: createdAt },
    ];
  });
  const report = {
    type: 'report',
    ...common,
    id: `report--${stableUuid(incidentId)}`,
    name: `Incident ${incidentId}`,
    description: 'What other hosts should be searched for',
    report_types: ['indicator'],
    published: createdAt,
    object_refs: [identity.id, ...found.map(({ id }) => id)],
  };
  return {
    type: 'bundle',
    id: `bundle--${stableUuid(JSON.stringify(found))}`,
    objects: [identity, ...found, report],
  };
}

/** An identity does not change with each incident. */
const CORDON_SINCE = '2026-01-01T00:00:00.000Z';

const identityOfCordon = () => ({
  type: 'identity',
  spec_version: '2.1',
  id: `identity--${stableUuid('cordon')}`,
  created: CORDON_SINCE,
  modified: CORDON_SINCE,
  name: 'Cordon',
  identity_class: 'system',
});

function patternOf({ type, value }: Indicator): string | undefined {
  if (type === 'ip') return `[${value.includes(':') ? 'ipv6-addr' : 'ipv4-addr'}:value = ${quoted(value)}]`;
  if (type === 'domain') return `[domain-name:value = ${quoted(value)}]`;
  if (type === 'sha256') return `[file:hashes.'SHA-256' = ${quoted(value)}]`;
  if (type === 'account') return `[user-account:account_login = ${quoted(value)}]`;
  const slash = value.lastIndexOf('/');
  if (type !== 'file-path' || slash < 0) return undefined;
  const folder = quoted(value.slice(0, Math.max(1, slash)));
  return `[file:name = ${quoted(value.slice(slash + 1))} AND file:parent_directory_ref.path = ${folder}]`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
