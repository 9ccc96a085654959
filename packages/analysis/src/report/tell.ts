import type { Observation } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { isAtLeast } from '../engine/severity.js';
import type { Story } from '../story/correlate.js';
import type { Detail } from './model.js';

/** Rules that speak for data having been read or sent. */
const DATA = /^role\.(?:read-secrets|shared-data)|exfil|^web\.shell-used|^webshell/;
/** Rules after which AWS has something to say, too: its own resources were used against others. */
const AWS = /^role\.(?:used-elsewhere|made-machines|made-access|assumed-onward)|miner|mining|^ssm\.foreign/;

/**
 * Whom to tell, from what was seen. Which law and which contract asks for it, and by when, is for those who know them:
 * the page names who has to be asked.
 */
export function tellOf(incident: IncidentModel, story: Story): readonly Detail[] {
  const { suspect, facts, accounts, observations } = incident;
  const bad = observations.filter(({ severity }) => isAtLeast(severity, 'high'));
  const has = (pattern: RegExp) => bad.some(({ rule }) => pattern.test(rule));
  const group = facts.instance?.autoScalingGroup;
  const neighbours = neighboursOf(facts.connections?.live ?? [], bad);
  const rows: readonly (readonly [string, string | undefined])[] = [
    [
      `Owner of ${suspect.account}`,
      `the instance is cut off${group === undefined ? '' : ` and out of ${group}`}`,
    ],
    [
      `Security on call, ${accounts.security}`,
      story.confidence >= 0.5 ? 'an intrusion is more likely than not' : undefined,
    ],
    [
      'Privacy and legal',
      has(DATA)
        ? 'data or secrets were within reach of the intruder: who must be told, and by when?'
        : undefined,
    ],
    ['AWS Support', has(AWS) ? 'stolen credentials or resources of AWS were used' : undefined],
    ['Owners of neighbours', neighbours],
    ['Owners of the accounts', story.users.length > 0 ? story.users.slice(0, 8).join(', ') : undefined],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function neighboursOf(
  live: readonly { readonly remote: string }[],
  bad: readonly Observation[],
): string | undefined {
  const reached = bad.some(({ rule }) => rule === 'role.reached-hosts');
  const addresses = [...new Set(live.map(({ remote }) => remote.replace(/:\d+$/, '')))];
  if (addresses.length === 0) return reached ? 'other hosts were reached with the role' : undefined;
  const shown = addresses.slice(0, 6).join(', ');
  return `${shown} talked to it${reached ? '; other hosts were reached with the role' : ''}`;
}
