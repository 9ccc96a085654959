import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { RunModel } from '../model/run-model.js';
import { isSettled, type StepStatus, type StepView } from '../model/step-view.js';
import { padEnd, padStart } from '../text/columns.js';
import { plainText } from '../text/plain-text.js';
import { durationText } from '../text/units.js';
import { fitted, type Group, groupsOf, shownSteps } from './groups.js';
import { foundText } from './observations.js';
import { detailOf, elapsedText, type Moment, type Style, signOf } from './step-row.js';

/** What a picture of a run is drawn with. */
export interface Canvas extends Style {
  readonly width: number;
  /** At most so many lines. */
  readonly height: number;
}

const PHASE_WIDTH = 9;
const TIME_WIDTH = 7;
const MAX_ID_WIDTH = 34;

function idWidth(model: RunModel): number {
  const longest = Math.max(8, ...model.steps.map(({ id }) => plainText(id, MAX_ID_WIDTH).length));
  return Math.min(longest, MAX_ID_WIDTH);
}

interface Row {
  readonly label: string;
  readonly sign: string;
  readonly name: string;
  readonly time: string;
  readonly detail: string;
}

function rowLine({ label, sign, name, time, detail }: Row): string {
  return `  ${padEnd(label, PHASE_WIDTH)}${sign} ${name}  ${padStart(time, TIME_WIDTH)}  ${detail}`.trimEnd();
}

const COUNTED: readonly (readonly [StepStatus, string])[] = [
  ['running', 'running'],
  ['waiting', 'waiting'],
  ['retrying', 'trying again'],
  ['recovering', 'recovering'],
  ['failed', 'failed'],
  ['refused', 'refused'],
  ['succeeded', 'done'],
  ['skipped', 'skipped'],
  ['pending', 'to come'],
];

function countsText(steps: readonly StepView[]): string {
  return COUNTED.flatMap(([status, word]) => {
    const count = steps.filter((step) => step.status === status).length;
    return count === 0 ? [] : [`${count} ${word}`];
  }).join(', ');
}

/** The most telling state of several steps. */
function leadingStatus(steps: readonly StepView[]): StepStatus {
  const failed = steps.find(({ status }) => status === 'failed' || status === 'refused');
  const busy = steps.find((step) => !isSettled(step) && step.status !== 'pending');
  const pending = steps.find(({ status }) => status === 'pending');
  const done = steps.find(({ status }) => status === 'succeeded');
  return (failed ?? busy ?? pending ?? done)?.status ?? 'skipped';
}

function span(steps: readonly StepView[], now: number): string {
  const starts = steps.flatMap(({ startedAt }) => startedAt ?? []);
  if (starts.length === 0) return '';
  const ends = steps.map((step) => step.settledAt ?? (step.startedAt === undefined ? 0 : now));
  return durationText(Math.max(...ends) - Math.min(...starts));
}

/** The rows of one phase; its name stands on the first. */
function groupRows(group: Group, canvas: Canvas, { now, tick }: Moment): readonly Row[] {
  const shown = shownSteps(group);
  const rest = group.steps.filter((step) => !shown.includes(step));
  const rows: Row[] = shown.map((step) => ({
    label: '',
    sign: signOf(step.status, canvas, tick),
    name: plainText(step.id, MAX_ID_WIDTH),
    time: elapsedText(step, now),
    detail: detailOf(step, canvas, now),
  }));
  if (rest.length > 0)
    rows.push({
      label: '',
      sign: signOf(leadingStatus(rest), canvas, tick),
      name: canvas.paint.faint(countsText(rest)),
      time: span(rest, now),
      detail: '',
    });
  return rows.map((row, at) => (at === 0 ? { ...row, label: canvas.paint.faint(group.label) } : row));
}

function severityText(model: RunModel): string {
  const finding = model.opened?.finding;
  return finding === undefined ? '' : `${finding.band} ${finding.severity}`;
}

/** Which incident, which suspect, why, for how long. */
export function headerLines(model: RunModel, canvas: Pick<Canvas, 'paint'>, now: number): readonly string[] {
  const { paint } = canvas;
  const finding = model.opened?.finding;
  if (finding === undefined) return [paint.faint('  opening the incident')];
  const { suspect } = finding;
  const run = model.prefix === '' ? '' : ` ${paint.warn(model.prefix.slice(0, -1))}`;
  const since = durationText((model.closedAt ?? now) - (model.openedAt ?? now));
  return [
    `  ${paint.strong(plainText(model.incidentId ?? '', 48))}${run}  ${suspect.instanceId}  ${paint.faint(`${suspect.account} ${suspect.region}`)}  ${since}`,
    `  ${paint.faint(`${severityText(model)}  ${plainText(finding.type, 80)}  ${plainText(finding.title, 120)}`)}`,
  ];
}

function stepLines(model: RunModel, canvas: Canvas, moment: Moment): readonly string[] {
  const groups = fitted(groupsOf(model.steps), canvas.height);
  const width = idWidth(model);
  const lines = groups
    .flatMap((group) => groupRows(group, canvas, moment))
    .map((row) => rowLine({ ...row, name: padEnd(row.name, width) }));
  return lines.length <= canvas.height ? lines : lines.slice(0, canvas.height);
}

/** Half a flag, and what else is in dispute, is one cell to who cuts and two to who shows. */
function inWidth(line: string, width: number): string {
  let room = width;
  let cut = cliTruncate(line, room);
  while (stringWidth(cut) > width && room > 1) {
    room -= 1;
    cut = cliTruncate(line, room);
  }
  return cut;
}

function shortened(lines: readonly string[], { width, height }: Canvas): readonly string[] {
  return lines.slice(0, height).map((line) => inWidth(line, width));
}

/** Header and steps, in at most `height` lines. */
function picture(model: RunModel, canvas: Canvas, moment: Moment): readonly string[] {
  const header = headerLines(model, canvas, moment.now);
  const spare = canvas.height - header.length;
  // With air where there is room for it, without where lines are precious.
  const airy = model.steps.length > 0 && spare > groupsOf(model.steps).length + 2;
  const gap = airy ? [''] : [];
  const room = spare - gap.length;
  const steps = room > 0 ? stepLines(model, { ...canvas, height: room }, moment) : [];
  return [...header, ...gap, ...steps];
}

/** Every step of a run, as it stood when it closed or when its journal was last written. */
export function wholePicture(model: RunModel, canvas: Omit<Canvas, 'height'>): readonly string[] {
  const endless = { ...canvas, height: Number.POSITIVE_INFINITY };
  return shortened(picture(model, endless, { now: model.closedAt ?? model.lastAt, tick: 0 }), endless);
}

/** A run as it stands, in at most `height` lines of at most `width` cells; what was found so far below. */
export function runFrame(model: RunModel, canvas: Canvas, moment: Moment): readonly string[] {
  if (model.observations.length === 0) return shortened(picture(model, canvas, moment), canvas);
  const found = `  ${foundText(model.observations, canvas)}`;
  const foundLines = canvas.height > 12 ? ['', found] : [found];
  const height = canvas.height - foundLines.length;
  return shortened([...picture(model, { ...canvas, height }, moment), ...foundLines], canvas);
}

/** Several runs under each other; those for which there is no room are counted. */
export function framesOf(models: readonly RunModel[], canvas: Canvas, moment: Moment): readonly string[] {
  const { height, paint } = canvas;
  if (models.length <= 1) return models.flatMap((model) => runFrame(model, canvas, moment));
  const each = Math.floor((height - 1) / models.length) - 1;
  if (each >= 3)
    return models.flatMap((model) => [...runFrame(model, { ...canvas, height: each }, moment), '']);
  const fitting = models.length <= height ? models : models.slice(0, height - 1);
  const lines = fitting.map((model) => shortLine(model, canvas, moment));
  const hidden = models.length - fitting.length;
  return shortened(hidden === 0 ? lines : [...lines, paint.faint(`  and ${hidden} more`)], canvas);
}

/** A run in one line. */
function shortLine(model: RunModel, canvas: Canvas, { now, tick }: Moment): string {
  const [first = ''] = headerLines(model, canvas, now);
  return `${first}  ${signOf(leadingStatus(model.steps), canvas, tick)} ${canvas.paint.faint(countsText(model.steps))}`;
}
