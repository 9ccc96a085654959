import type { Phase } from '@cordon/core';
import type { KnownBlock } from '@slack/web-api';
import type { IncidentModel, ShownStatus, ShownStep } from './incident-model.js';
import { markup, section, slackCode, slackText } from './text.js';

/** A message as both transports take it. `text` is what notifications and screen readers get. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

const MARK: Readonly<Record<ShownStatus, string>> = {
  pending: ':white_circle:',
  running: ':large_blue_circle:',
  succeeded: ':white_check_mark:',
  failed: ':x:',
  skipped: ':fast_forward:',
};

const OUTCOME: Readonly<Record<string, string>> = {
  complete: ':white_check_mark: Complete: contained, everything preserved and examined',
  incomplete: ':warning: Incomplete: contained, but something failed or was skipped',
  failed: ':rotating_light: *Not verified as contained*: act by hand now',
  refused: ':no_entry: Refused by a guard: the suspect was left alone',
};

function percent(step: ShownStep): string {
  if (step.status !== 'running' || step.progress === undefined || step.progress.total <= 0) return '';
  return ` ${Math.floor((100 * step.progress.done) / step.progress.total)} %`;
}

function stepLine(step: ShownStep): string {
  const reason = step.reason === undefined ? '' : ` — ${slackText(step.reason, 160)}`;
  return `${MARK[step.status]} ${slackCode(step.id, 70)}${percent(step)}${reason}`;
}

/** What is over and well takes one line a phase; what runs or went wrong is named. */
function phaseLines(phase: Phase, steps: readonly ShownStep[]): readonly string[] {
  const done = steps.filter((step) => step.status === 'succeeded').length;
  const open = steps.filter((step) => step.status !== 'succeeded' && step.status !== 'pending');
  return [`*${phase}* ${done}/${steps.length}`, ...open.map(stepLine)];
}

function stateLine(model: IncidentModel): string {
  if (model.outcome !== undefined) return OUTCOME[model.outcome] ?? slackText(model.outcome);
  const contain = [...model.steps.values()].filter((step) => step.phase === 'contain');
  const contained = contain.length > 0 && contain.every((step) => step.status === 'succeeded');
  return contained ? ':lock: Contained; the examination goes on' : ':hourglass_flowing_sand: Being contained';
}

function findingLines(model: IncidentModel): readonly string[] {
  const { finding } = model;
  if (finding === undefined) return [];
  const { suspect } = finding;
  const lines = [
    `*${slackText(finding.title, 300)}*`,
    `${slackCode(finding.type, 120)} severity ${finding.severity} (${finding.band})`,
    `Instance ${slackCode(suspect.instanceId)} in ${slackCode(suspect.account)} ${slackCode(suspect.region)}`,
  ];
  if (model.joined > 0) lines.push(`${model.joined} later finding${model.joined > 1 ? 's' : ''} joined`);
  return lines;
}

function tallyLine(model: IncidentModel): string {
  const counts = ['critical', 'high', 'medium', 'low', 'info'].flatMap((severity) => {
    const count = model.severities.get(severity);
    return count === undefined ? [] : [`${count} ${severity}`];
  });
  const seen = counts.length === 0 ? 'no observations yet' : counts.join(', ');
  return `${model.evidence} artifacts, ${seen}. Incident ${slackCode(model.incidentId)}, ${model.lastAt}`;
}

function mrkdwn(lines: readonly string[]): KnownBlock {
  return { type: 'section', text: markup(section(lines)) };
}

/** The incident's one message, as it stands now. */
export function incidentMessage(model: IncidentModel): SlackMessage {
  const byPhase = Map.groupBy(model.steps.values(), (step) => step.phase);
  const phases = [...byPhase].flatMap(([phase, steps]) => phaseLines(phase, steps));
  const headline = model.finding === undefined ? 'Incident' : slackText(model.finding.suspect.instanceId);
  return {
    text: `${headline}: ${stateLine(model)}`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: `Incident on ${headline}`.slice(0, 150) } },
      mrkdwn([stateLine(model), ...findingLines(model)]),
      ...(phases.length === 0 ? [] : [mrkdwn(phases)]),
      { type: 'context', elements: [markup(tallyLine(model))] },
    ],
  };
}
