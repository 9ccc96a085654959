import type { Outcome } from '@cordon/core';
import type { RunModel } from '../model/run-model.js';
import type { StepView } from '../model/step-view.js';
import { padEnd } from '../text/columns.js';
import { plainText } from '../text/plain-text.js';
import { bytesText, counted, durationText } from '../text/units.js';
import { foundText, observationLines, worstOfEach } from './observations.js';
import type { Style } from './step-row.js';

export interface SummaryOptions extends Style {
  readonly width: number;
  /** A command that a person may type: `cordon verify inc-...`, with the options that they gave. */
  readonly command: (words: string) => string;
  /** What a person types when Cordon failed, by step. */
  readonly byHand: ReadonlyMap<string, readonly string[]>;
}

const TOP = 10;
const MAX_FAILED = 8;
const MAX_NOTICES = 6;
const LABEL_WIDTH = 12;

function labelled(label: string, text: string, { paint }: Style): string {
  return `  ${paint.faint(padEnd(label, LABEL_WIDTH))}${text}`;
}

const COLOUR: Readonly<Record<Outcome, 'good' | 'warn' | 'bad'>> = {
  complete: 'good',
  incomplete: 'warn',
  failed: 'bad',
  refused: 'warn',
};

function countOf(steps: readonly StepView[], status: StepView['status']): number {
  return steps.filter((step) => step.status === status).length;
}

/** Why the outcome is what it is, in words. */
function outcomeText(model: RunModel): string {
  const { steps, outcome } = model;
  const failed = countOf(steps, 'failed');
  const skipped = countOf(steps, 'skipped');
  if (model.abortedBecause !== undefined)
    return `a person stopped it: ${plainText(model.abortedBecause, 200)}`;
  if (outcome === 'complete') return 'every step succeeded';
  if (outcome === 'failed') return 'containment is not verified: look after the suspect by hand';
  if (outcome === 'refused') {
    const guard = steps.find(({ status }) => status === 'refused');
    return `${guard?.id ?? 'a guard'} said no: ${plainText(guard?.remark ?? 'it failed', 200)}`;
  }
  return `${counted(failed, 'step')} failed, ${skipped} skipped`;
}

/** A release or a retry: that it found nothing is no news. */
function isLater({ prefix }: RunModel): boolean {
  return prefix !== '';
}

function foundLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const { observations, incidentId = '' } = model;
  if (observations.length === 0) return isLater(model) ? [] : [labelled('found', 'nothing', options)];
  const shown = observationLines(worstOfEach(observations).slice(0, TOP), {
    ...options,
    width: options.width - 4,
  });
  const hidden = observations.length - shown.length;
  return [
    labelled('found', foundText(observations, options).replace(/^found /, ''), options),
    ...shown.map((line) => `    ${line}`),
    ...(hidden > 0
      ? [options.paint.faint(`    and ${hidden} more: ${options.command(`show ${incidentId}`)}`)]
      : []),
  ];
}

function failedLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const { paint } = options;
  const failed = model.steps.filter(({ status }) => status === 'failed');
  const lines = failed
    .slice(0, MAX_FAILED)
    .map(({ id, remark = '' }) =>
      labelled('failed', `${plainText(id, 64)}  ${paint.bad(plainText(remark, 200))}`, options),
    );
  const [first] = failed;
  if (first === undefined) return [];
  const again = options.command(`retry ${model.incidentId} ${first.id} --approver NAME --reason WHY`);
  return [...lines, labelled('', paint.faint(`try again: ${again}`), options)];
}

/** Where containment failed somebody has to do it now: what the steps that did not succeed would have done. */
function byHandLines(model: RunModel, options: SummaryOptions): readonly string[] {
  if (model.outcome !== 'failed') return [];
  const instance = model.opened?.finding.suspect.instanceId ?? 'INSTANCE';
  return model.steps
    .filter(({ phase, status }) => phase === 'contain' && status !== 'succeeded')
    .flatMap(({ id }) => options.byHand.get(id) ?? [])
    .map((command) => labelled('by hand', plainText(command.replaceAll(/\bINSTANCE\b/g, instance)), options));
}

function skippedLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const skipped = model.steps.filter(({ status }) => status === 'skipped').map(({ id }) => id);
  return skipped.length === 0 ? [] : [labelled('skipped', plainText(skipped.join(', '), 300), options)];
}

/** What a reader of the result has to know: what was not done, what was found otherwise than thought. */
function noticeLines({ notices }: RunModel, options: SummaryOptions): readonly string[] {
  const lines = notices
    .slice(0, MAX_NOTICES)
    .map(({ step, code, message }) =>
      labelled('notice', plainText(`${step}  ${code}: ${message}`, 300), options),
    );
  const hidden = notices.length - lines.length;
  return hidden > 0 ? [...lines, labelled('', options.paint.faint(`and ${hidden} more`), options)] : lines;
}

/** Where artifacts lie: their URIs without their paths. */
function placesOf(model: RunModel): readonly string[] {
  const places = model.artifacts.map(({ uri, path }) =>
    uri.endsWith(path) ? uri.slice(0, -path.length) : uri,
  );
  return [...new Set(places)].map((place) => plainText(place, 200));
}

function evidenceLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const { artifacts } = model;
  if (artifacts.length === 0) return isLater(model) ? [] : [labelled('evidence', 'none', options)];
  const size = bytesText(artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const pages = artifacts.filter(({ mediaType }) => mediaType.startsWith('text/html'));
  return [
    labelled(
      'evidence',
      `${counted(artifacts.length, 'artifact')}, ${size}, in ${placesOf(model).join(', ')}`,
      options,
    ),
    ...pages.map(({ uri }) => labelled('report', plainText(uri, 300), options)),
  ];
}

function journalLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const { head = '', prefix, incidentId } = model;
  const named = prefix === '' ? head : `${prefix}run=${head}`;
  return [
    labelled('journal', `${counted(model.entries, 'entry')}, head ${plainText(head, 80)}`, options),
    labelled('verify', options.command(`verify ${incidentId} --head ${plainText(named, 100)}`), options),
  ];
}

/** How a closed run ended, what was found, where the evidence lies and how to check it. */
export function summaryLines(model: RunModel, options: SummaryOptions): readonly string[] {
  const { outcome = 'incomplete', openedAt = 0, closedAt = openedAt } = model;
  const colour = options.paint[COLOUR[outcome]];
  const took = durationText(closedAt - openedAt);
  const found = foundLines(model, options);
  // What a person copies - hashes, places, commands - is never cut.
  return [
    `  ${colour(options.paint.strong(padEnd(outcome, LABEL_WIDTH)))}${outcomeText(model)}, in ${took}`,
    '',
    ...found,
    ...(found.length > 0 ? [''] : []),
    ...failedLines(model, options),
    ...byHandLines(model, options),
    ...skippedLines(model, options),
    ...noticeLines(model, options),
    ...evidenceLines(model, options),
    ...journalLines(model, options),
  ];
}
