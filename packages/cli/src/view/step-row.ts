import { type Pace, percentOf, rateOf, timeLeft } from '../model/pace.js';
import { isSettled, type StepStatus, type StepView } from '../model/step-view.js';
import { padStart } from '../text/columns.js';
import type { Paint } from '../text/paint.js';
import { plainText } from '../text/plain-text.js';
import type { Symbols } from '../text/symbols.js';
import { bytesText, durationText, rateText } from '../text/units.js';

/** What every view is drawn with. */
export interface Style {
  readonly paint: Paint;
  readonly symbols: Symbols;
}

/** The moment that is drawn: the incident's time, and a counter that turns the spinner. */
export interface Moment {
  readonly now: number;
  readonly tick: number;
}

const BAR_CELLS = 20;
const MAX_REMARK = 300;

export function signOf(status: StepStatus, { paint, symbols }: Style, tick: number): string {
  switch (status) {
    case 'succeeded':
      return paint.good(symbols.succeeded);
    case 'failed':
      return paint.bad(symbols.failed);
    case 'refused':
      return paint.warn(symbols.refused);
    case 'skipped':
      return paint.faint(symbols.skipped);
    case 'pending':
      return paint.faint(symbols.pending);
    case 'retrying':
    case 'recovering':
      return paint.warn(symbols.retrying);
    case 'waiting':
      return paint.busy(symbols.waiting);
    case 'running':
      return paint.busy(symbols.running[tick % symbols.running.length] ?? '');
  }
}

function amountText({ done, total, unit }: Pace): string {
  if (unit === 'bytes') return `${bytesText(done)} of ${bytesText(total)}`;
  if (unit === '%' || unit === 'percent') return '';
  return `${Math.floor(done)} of ${Math.ceil(total)} ${plainText(unit, 20)}`;
}

function speedText(pace: Pace): string {
  const rate = rateOf(pace);
  return rate === undefined || pace.unit !== 'bytes' ? '' : rateText(rate);
}

function leftText(pace: Pace, now: number): string {
  const left = timeLeft(pace, now);
  return left === undefined || pace.done >= pace.total ? '' : `${durationText(left)} left`;
}

/** `43%  118 MB/s  14s left  1.2 GB of 2.9 GB`: the most wanted first; what is not known is left out. */
export function paceText(pace: Pace, now: number): string {
  const parts = [
    `${padStart(String(percentOf(pace)), 3)}%`,
    speedText(pace),
    leftText(pace, now),
    amountText(pace),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function bar(pace: Pace, { paint, symbols }: Style): string {
  const full = Math.floor((pace.done / pace.total) * BAR_CELLS);
  return paint.busy(symbols.barFull.repeat(full)) + paint.faint(symbols.barEmpty.repeat(BAR_CELLS - full));
}

/** How long it took, or takes. */
export function elapsedText(step: StepView, now: number): string {
  if (step.startedAt === undefined) return '';
  return durationText((step.settledAt ?? now) - step.startedAt);
}

function remarkColour(status: StepStatus, { paint }: Style): (text: string) => string {
  if (status === 'failed') return paint.bad;
  return status === 'refused' || status === 'retrying' || status === 'recovering' ? paint.warn : paint.faint;
}

function againText(step: StepView, now: number): string {
  if (step.nextAt === undefined || step.nextAt <= now) return '';
  const left = durationText(step.nextAt - now);
  if (step.status === 'retrying') return `again in ${left}`;
  if (step.status === 'recovering') return `was it done? asks again in ${left}`;
  return `looks again in ${left}`;
}

/** What stands behind the step's time: how far it is, or why it is as it is. */
export function detailOf(step: StepView, style: Style, now: number): string {
  const colour = remarkColour(step.status, style);
  const remark = step.remark === undefined ? '' : colour(plainText(step.remark, MAX_REMARK));
  if (isSettled(step)) return remark;
  if (step.pace !== undefined) return `${bar(step.pace, style)} ${paceText(step.pace, now)}`;
  const again = againText(step, now);
  const attempt = step.attempt > 1 ? style.paint.warn(`attempt ${step.attempt}`) : '';
  return [attempt, again === '' ? '' : style.paint.faint(again), remark]
    .filter((part) => part !== '')
    .join('  ');
}
