import type { Progress } from '@cordon/core';
import { percentOf } from '../model/pace.js';
import type { RunModel } from '../model/run-model.js';
import { padEnd } from '../text/columns.js';
import { plainText } from '../text/plain-text.js';
import { entryText } from './entry-line.js';
import { follow, type Reporter, type ReporterOptions } from './reporter.js';
import { paceText } from './step-row.js';

const MIN_STEP_WIDTH = 12;
const MAX_STEP_WIDTH = 36;
const PERCENT_STEP = 10;
const AT_LEAST_EVERY_MS = 60_000;

/** Which word of progress is worth a line: every tenth, and one a minute. */
class ProgressLines {
  readonly #told = new Map<string, { readonly percent: number; readonly at: number }>();

  isNews(step: string, percent: number, now: number): boolean {
    const last = this.#told.get(step);
    const isNews =
      last === undefined ||
      Math.floor(percent / PERCENT_STEP) > Math.floor(last.percent / PERCENT_STEP) ||
      percent < last.percent ||
      now - last.at >= AT_LEAST_EVERY_MS;
    if (isNews) this.#told.set(step, { percent, at: now });
    return isNews;
  }
}

/** As wide as the plan's longest name, so that what is said stands under each other. */
function nameWidth(model: RunModel): number {
  const longest = Math.max(MIN_STEP_WIDTH, ...model.steps.map(({ id }) => id.length));
  return Math.min(longest, MAX_STEP_WIDTH) + model.prefix.length;
}

/** Timestamped lines, each complete in itself: for logs, CI, and terminals that cannot be drawn upon. */
export function plainReporter({ console, clock }: ReporterOptions): Reporter {
  const { paint } = console;
  const models: RunModel[] = [];

  function put(model: RunModel, step: string, text: string, at: string): void {
    const incident = models.length > 1 ? `${plainText(model.incidentId ?? '', 48)}  ` : '';
    const name = padEnd(plainText(step, 64), nameWidth(model));
    console.say(`${paint.faint(at.slice(0, 19))}Z  ${incident}${name}  ${text}`);
  }
  const now = () => clock.now().toISOString();

  function tellProgress(model: RunModel, lines: ProgressLines, { step }: Progress): void {
    const pace = model.step(step)?.pace;
    const at = clock.now().getTime();
    if (pace !== undefined && lines.isNews(step, percentOf(pace), at))
      put(model, step, paceText(pace, at).trimStart(), now());
  }

  return {
    watch(events) {
      const model = follow(events, clock);
      const lines = new ProgressLines();
      models.push(model);
      events.on('entry', (entry) => {
        const text = entryText(entry, model, paint);
        if (text !== undefined) put(model, entry.ledger, text, entry.at);
      });
      events.on('progress', (progress) => tellProgress(model, lines, progress));
      events.on('log', ({ step, level, message }) => {
        const text = plainText(message);
        put(model, step, level === 'warn' ? paint.warn(text) : text, now());
      });
      return model;
    },
    note: (line) => console.remark(line),
    close: () => undefined,
  };
}
