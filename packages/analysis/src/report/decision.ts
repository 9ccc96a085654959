import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { isAtLeast } from '../engine/severity.js';
import type { Story } from '../story/correlate.js';
import type { Decision, Detail } from './model.js';
import { tellOf } from './tell.js';

/** What a person has to decide, from the facts as they stand. */
export function decisionOf(incident: IncidentModel, story: Story): Decision {
  const { containment } = incident.facts;
  const { contained, because } = containedOf(incident);
  return {
    contained,
    because,
    ...(containment === undefined ? {} : { verifiedAt: containment.verifiedAt }),
    residualRisks: residualRisksOf(incident),
    open: [...openOf(incident), ...unknownsOf(story)],
    rotate: rotateOf(incident, story),
    block: blockOf(incident, story),
    tell: tellOf(incident, story),
  };
}

function containedOf({ facts, steps }: IncidentModel): Pick<Decision, 'contained' | 'because'> {
  const { containment, quarantine, sealed } = facts;
  if (containment === undefined) {
    const failed = steps.find(({ phase, status }) => phase === 'contain' && status === 'failed');
    const why =
      failed === undefined ? 'no step has verified it' : `${failed.id} failed: ${failed.reason ?? 'unknown'}`;
    return quarantine === undefined
      ? { contained: 'no', because: `The instance is not known to be contained: ${why}.` }
      : { contained: 'partly', because: `The quarantine was set and not verified: ${why}.` };
  }
  const loose = containment.interfaces.filter(({ contained }) => !contained);
  if (loose.length > 0)
    return {
      contained: 'partly',
      because: `${loose.length} of ${containment.interfaces.length} interfaces are not contained.`,
    };
  const { confirmedContainment: confirmed } = facts;
  if (confirmed?.holds === false && confirmed.drift.length > 0)
    return {
      contained: 'partly',
      because: `It was contained, and somebody has undone that since: ${confirmed.drift.join('; ')}.`,
    };
  const count = containment.interfaces.length;
  const interfaces = count === 1 ? 'Its one interface wears' : `All ${count} interfaces wear`;
  const role =
    containment.roleDeny === undefined
      ? 'it has no role to deny'
      : `its role ${containment.roleDeny.roleName} is denied`;
  const shut = sealed?.ssmCut === true ? ', and SSM is cut' : '';
  const read = confirmed === undefined ? 'as read back' : `as read back at ${confirmed.checkedAt}`;
  return { contained: 'yes', because: `${interfaces} the quarantine group, ${read}; ${role}${shut}.` };
}

function residualRisksOf({ facts }: IncidentModel): readonly Detail[] {
  const { containment, quarantine, roleDenial, connections, foreignAccess } = facts;
  const all = [containment, quarantine, roleDenial, connections, foreignAccess].flatMap(
    (fact) => fact?.residualRisks ?? [],
  );
  const distinct = new Map(
    all.map(({ path, detail }) => [`${path} ${detail}`, { label: path, value: detail }]),
  );
  return [...distinct.values()];
}

/** What leads to the instance and is left as it is: others may be served by it, too. */
const SENDERS = {
  'dns-record': 'The DNS record',
  accelerator: 'The accelerator’s listener',
  'cloud-map': 'The Cloud Map service',
} as const;

function openOf({ steps, facts, observations }: IncidentModel): readonly string[] {
  const unfinished = steps
    .filter(
      ({ status, phase }) =>
        (status === 'failed' || status === 'skipped') && phase !== 'report' && phase !== 'cleanup',
    )
    .map(({ id, status, reason }) => `${id} ${status}${reason === undefined ? '' : `: ${reason}`}`);
  return [
    ...unfinished,
    ...(facts.memoryImage === undefined
      ? ['No verified memory image: what lived only in memory is not preserved']
      : []),
    ...(facts.connections?.live.map(
      ({ remote, path }) => `A connection to ${remote} still carried data (${path})`,
    ) ?? []),
    ...(facts.sealed === undefined
      ? ['The instance is not sealed: SSM and its instance profile are still in place']
      : []),
    ...(facts.controlPlane?.entryPoints?.map(
      ({ kind, name, target, of }) => `${SENDERS[kind]} ${name} in ${of} still leads to ${target}`,
    ) ?? []),
    ...(observations.length === 0
      ? ['Nothing was observed: see what was examined before trusting that']
      : []),
  ];
}

/** What an intrusion has and nobody saw: the reader must not take silence for an answer. */
function unknownsOf({ chapters, confidence }: Story): readonly string[] {
  if (confidence < 0.5) return [];
  const told = new Set(chapters.map(({ id }) => id));
  return [
    ...(told.has('entry')
      ? []
      : ['How the intruder came in is not known: the same way may be open elsewhere']),
    ...(told.has('persistence') ? [] : ['How the intruder would come back is not known']),
  ];
}

function rotateOf({ facts, observations, finding }: IncidentModel, story: Story): readonly string[] {
  const { instance, roleDenial, containment } = facts;
  const role = instance?.roleName ?? roleDenial?.roleName ?? containment?.roleDeny?.roleName;
  const bad = observations.filter(({ severity }) => isAtLeast(severity, 'high'));
  const webShell = bad.some(({ rule }) => /^web(?:shell|\.)/.test(rule));
  return [
    ...(role === undefined ? [] : [`Sessions of the role ${role}, and every secret that it may read`]),
    ...(finding.principal === undefined ? [] : [`The credentials of ${finding.principal}`]),
    ...story.users.map((user) => `The password and keys of ${user}, wherever else they are used`),
    ...(webShell ? ["The web application's secrets: database passwords, API keys, session keys"] : []),
    ...(bad.some(({ rule }) => /root|second-root|sudo/.test(rule))
      ? ["The host's own keys: SSH host keys, TLS keys, and credentials on its disks"]
      : []),
  ];
}

function blockOf({ finding }: IncidentModel, story: Story): readonly string[] {
  const ports = finding.remote.ports.map((port) => `port ${port}`);
  const named = new Set(finding.remote.addresses);
  return [
    ...story.addresses.map((address) =>
      named.has(address) && ports.length > 0 ? `${address} (${ports.join(', ')})` : address,
    ),
    ...finding.remote.domains,
  ];
}
