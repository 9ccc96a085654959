import type { Observation } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import type { TimelineEvent } from '../engine/event.js';
import { correlate } from '../story/correlate.js';
import { sortEvents } from '../timeline/timesketch.js';
import { acquisitionOf } from './acquisition.js';
import { autoScalingPlans } from './auto-scaling.js';
import { decisionOf } from './decision.js';
import { gapsOf } from './gaps.js';
import type { Detail, ReportEvent, ReportModel } from './model.js';
import type { ProcessTree } from './processes.js';

/** What the journal does not hold. */
export interface ReportExtras {
  /** Events of the analyses. */
  readonly events?: readonly TimelineEvent[];
  /** Of the live triage. */
  readonly processes?: ProcessTree | undefined;
  /** What could not be read for the page. */
  readonly unread?: readonly Detail[];
}

/** Makes the page's model of what core's report step knows of the incident. */
export function reportOfIncident(incident: IncidentModel, extras: ReportExtras = {}): ReportModel {
  const roleUse = incident.facts.controlPlane?.roleUse;
  const story = correlate(incident.observations, incident.finding, {
    ownAddresses: ownAddressesOf(incident),
  });
  return {
    incidentId: incident.incidentId,
    openedAt: incident.openedAt,
    generatedAt: incident.generatedAt,
    finding: incident.finding,
    suspect: incident.suspect,
    about: aboutOf(incident),
    decision: decisionOf(incident, story),
    story,
    ...(roleUse === undefined ? {} : { roleUse }),
    ...(extras.processes === undefined ? {} : { processes: extras.processes }),
    observations: incident.observations,
    events: eventsOf(incident, extras.events ?? []),
    evidence: incident.artifacts,
    acquisition: acquisitionOf(incident),
    changes: incident.changes,
    steps: incident.steps,
    gaps: [...gapsOf(incident), ...(extras.unread ?? [])],
    custody: {
      heads: incident.heads,
      verifyCommand: `cordon verify ${incident.incidentId}`,
    },
  };
}

/** In everything that its logs say. */
export function ownAddressesOf({ facts }: IncidentModel): readonly string[] {
  return (facts.instance?.interfaces ?? []).flatMap(({ privateAddresses, ipv6Addresses, publicAddress }) => [
    ...privateAddresses,
    ...ipv6Addresses,
    ...(publicAddress === undefined ? [] : [publicAddress]),
  ]);
}

/** Who said that it may be touched. */
function saidBy({ decisions }: IncidentModel): string {
  return decisions
    .flatMap(({ by, allow, guard }) =>
      by === undefined ? [] : [`${by} (${allow ? 'yes' : 'no'} to ${guard})`],
    )
    .join(', ');
}

function aboutOf(incident: IncidentModel): readonly Detail[] {
  const { suspect, facts, accounts } = incident;
  const { instance } = facts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Instance', suspect.instanceId],
    ['Account and region', `${suspect.account}, ${suspect.region}`],
    ['Evidence account', accounts.security],
    ['Asked', saidBy(incident)],
    ['Type and image', instance && `${instance.instanceType}, ${instance.imageId}`],
    ['Private addresses', instance?.interfaces.flatMap((each) => each.privateAddresses).join(', ')],
    ['Public addresses', instance?.interfaces.flatMap((each) => each.publicAddress ?? []).join(', ')],
    ['Role', instance?.roleName],
    ['Auto Scaling group', instance?.autoScalingGroup],
    ['What that group had in store', autoScalingPlans(instance)],
    ['Volumes', instance?.volumes.map(({ volumeId, sizeGiB }) => `${volumeId} (${sizeGiB} GiB)`).join(', ')],
  ];
  return rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
}

function eventsOf(incident: IncidentModel, events: readonly TimelineEvent[]): readonly ReportEvent[] {
  const seen = events.map(({ at, kind, what, message, source }) => ({ at, kind, what, message, source }));
  const observed = incident.observations.flatMap(({ at, rule, title, severity, evidence }): ReportEvent[] => {
    if (at === undefined || severity === 'info') return [];
    const source = pointerOf(evidence[0]);
    return [{ at, kind: `observation.${rule}`, what: 'Observed', message: title, severity, ...source }];
  });
  return sortEvents([...seen, ...observed, ...findingEvents(incident), ...responseEvents(incident)]);
}

/** The schema's optional fields may be present and undefined. */
function pointerOf(pointer: Observation['evidence'][number] | undefined): Pick<ReportEvent, 'source'> {
  if (pointer === undefined) return {};
  const { artifact, path, line, offsetBytes } = pointer;
  return {
    source: {
      artifact,
      ...(path === undefined ? {} : { path }),
      ...(line === undefined ? {} : { line }),
      ...(offsetBytes === undefined ? {} : { offsetBytes }),
    },
  };
}

function findingEvents({ finding }: IncidentModel): readonly ReportEvent[] {
  const event = (at: string | undefined, what: string): ReportEvent[] =>
    at === undefined ? [] : [{ at, kind: 'finding', what, message: `${finding.type}: ${finding.title}` }];
  return [...event(finding.firstSeen, 'First seen'), ...event(finding.lastSeen, 'Last seen')];
}

function responseEvents({ steps, changes }: IncidentModel): readonly ReportEvent[] {
  const settled = steps.flatMap(({ id, status, settledAt }): ReportEvent[] =>
    settledAt === undefined
      ? []
      : [{ at: settledAt, kind: 'response.step', what: 'Step settled', message: `${id} ${status}` }],
  );
  const changed = changes.map(({ at, operation, resources, outcome }): ReportEvent => {
    return {
      at,
      kind: 'response.change',
      what: 'Changed by the response',
      message: `${operation} ${resources.join(' ')} (${outcome})`,
    };
  });
  return [...settled, ...changed];
}
