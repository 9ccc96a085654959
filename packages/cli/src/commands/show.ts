import { journalOf, type SourceOptions } from '../config/sources.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { readIncident } from '../incident/read-incident.js';
import { type RunModel, runsOf } from '../model/run-model.js';
import { columns } from '../text/columns.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { bytesText } from '../text/units.js';
import { wholePicture } from '../view/frame.js';
import { bySeverity, foundText, observationLines } from '../view/observations.js';
import type { Command } from './command-line.js';

export interface ShowCommandOptions extends SourceOptions {
  readonly incident?: string | undefined;
  readonly json?: boolean | undefined;
}

function asData(model: RunModel): object {
  const { incidentId, prefix, outcome, opened, openedAt, closedAt } = model;
  const { observations, artifacts, notices, orders } = model;
  const steps = model.steps.map(({ pace: _, ...step }) => step);
  const { finding, order } = opened ?? {};
  const run = prefix === '' ? 'run' : prefix.slice(0, -1);
  return {
    incidentId,
    run,
    outcome,
    openedAt,
    closedAt,
    finding,
    order,
    orders,
    steps,
    observations,
    artifacts,
    notices,
  };
}

function section(console: Console, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  console.say();
  console.say(`  ${console.paint.strong(title)}`);
  for (const line of lines) console.say(`    ${line}`);
}

function artifactLines({ artifacts }: RunModel, { paint }: Console): readonly string[] {
  return columns(
    artifacts.map(({ path, sizeBytes, sha256, acquiredBy }) => [
      plainText(path, 100),
      bytesText(sizeBytes),
      plainText(acquiredBy, 20),
      paint.faint(plainText(sha256, 64)),
    ]),
  );
}

function noticeLines({ notices }: RunModel): readonly string[] {
  return columns(
    notices.map(({ step, code, message }) => [
      plainText(step, 64),
      plainText(code, 40),
      plainText(message, 300),
    ]),
  );
}

const ROOM_FOR_REASONS = 240;

function tell(console: Console, model: RunModel): void {
  const { paint, symbols, width } = console;
  // Nothing is drawn over it, so that a narrow window may wrap it: why a step failed is what one came for.
  const picture = wholePicture(model, { paint, symbols, width: Math.max(width, ROOM_FOR_REASONS) });
  for (const line of picture) console.say(line);
  const order = model.opened?.order;
  if (order !== undefined)
    console.say(`  ${order.kind} by ${plainText(order.approver, 80)}: ${plainText(order.reason, 200)}`);
  console.say(`  ${paint.strong(model.outcome ?? 'open')}`);
  section(
    console,
    'Findings that joined',
    model.findings.map(({ type, title }) => `${plainText(type, 80)}  ${plainText(title, 120)}`),
  );
  section(
    console,
    'Tried again',
    model.orders.map(
      ({ step, approver, reason }) =>
        `${plainText(step, 64)} by ${plainText(approver, 80)}: ${plainText(reason, 200)}`,
    ),
  );
  const { observations } = model;
  if (observations.length > 0)
    section(
      console,
      foundText(observations, console),
      observationLines(bySeverity(observations), { paint, width: width - 4 }),
    );
  section(console, 'Evidence', artifactLines(model, console));
  section(console, 'Notices', noticeLines(model));
}

/** Shows an incident's runs: steps, all observations, evidence, notices. */
export async function showCommand({ console, options }: Command<ShowCommandOptions>): Promise<number> {
  const journal = await journalOf(console, options);
  const runs = runsOf(await readIncident(journal, options.incident ?? ''));
  for (const [at, model] of runs.entries()) {
    if (options.json === true) {
      console.say(asciiJson(asData(model)));
      continue;
    }
    if (at > 0) console.say();
    tell(console, model);
  }
  return EXIT.complete;
}
