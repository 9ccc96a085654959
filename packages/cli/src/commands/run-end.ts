import { CliError } from '../cli-error.js';
import { EXIT, exitOf } from '../exit-codes.js';
import type { RunEnd, RunOrder } from '../incident/drive-runs.js';
import type { RunModel } from '../model/run-model.js';
import { asciiJson } from '../text/plain-text.js';
import { wholePicture } from '../view/frame.js';
import type { ReporterKind } from '../view/make-reporter.js';
import { summaryLines } from '../view/summary.js';
import { type Command, typed } from './command-line.js';

/** A finding joins an incident that is worked on; who wanted to go on with that incident has come to nothing. */
function exitOfJoined({ incidentId }: RunOrder): number {
  return incidentId === undefined ? EXIT.complete : EXIT.trouble;
}

export function exitOfEnd({ end, order }: RunEnd): number {
  if (end.as === 'stopped') return EXIT.interrupted;
  if (end.as === 'trouble') return EXIT.trouble;
  return end.result.status === 'joined' ? exitOfJoined(order) : exitOf(end.result.outcome);
}

function tellJson(run: Command<object>, model: RunModel): void {
  const { incidentId, outcome, head, entries } = model;
  const steps = model.steps.map(({ id, phase, status, remark }) => ({ id, phase, status, remark }));
  run.console.say(asciiJson({ type: 'result', incident: incidentId, outcome, head, entries, steps }));
}

/** How a closed run ended. Resolves to its exit code. */
export function tellModel(run: Command<object>, model: RunModel, kind: ReporterKind): number {
  const { console, options } = run;
  const { paint, symbols, width } = console;
  if (kind === 'json') tellJson(run, model);
  else {
    console.say();
    // Who has read the lines needs no picture of them.
    if (kind === 'live') tellPicture(run, model);
    const command = (words: string) => typed(words, options);
    for (const line of summaryLines(model, { paint, symbols, width, command })) console.say(line);
  }
  return exitOf(model.outcome ?? 'incomplete');
}

function tellJoined(run: Command<object>, joined: string, { order }: RunEnd, kind: ReporterKind): void {
  const { console, options } = run;
  const { finding, incidentId } = order;
  if (kind === 'json') console.say(asciiJson({ type: 'joined', incident: joined, finding: finding.id }));
  else if (incidentId === undefined)
    console.say(
      `${finding.suspect.instanceId} has incident ${joined} already, and the finding joins it: ${typed(`show ${joined}`, options)}`,
    );
  if (incidentId !== undefined)
    console.complain(
      new CliError('IN_USE', {
        message:
          joined === incidentId
            ? `another process drives incident ${incidentId}`
            : `incident ${joined} has the suspect now, not ${incidentId}`,
        advice: `Look at it: ${typed(`show ${joined}`, options)}`,
        exit: EXIT.trouble,
      }),
    );
}

function tellPicture({ console }: Command<object>, model: RunModel): void {
  const { paint, symbols, width } = console;
  for (const line of [...wholePicture(model, { paint, symbols, width }), '']) console.say(line);
}

/** What is left open, and how to go on. */
function tellOpen(run: Command<object>, { model, end }: RunEnd, kind: ReporterKind): void {
  const { console, options } = run;
  if (kind === 'live' && model.opened !== undefined) tellPicture(run, model);
  if (end.as === 'trouble') console.complain(end.error);
  if (model.incidentId === undefined) return;
  console.remark(`Incident ${model.incidentId} stays open: the suspect is as it is now.`);
  console.remark(`Go on: ${typed(`run --incident ${model.incidentId}`, options)}`);
}

/** Tells how one run ended. */
export function tellEnd(run: Command<object>, ended: RunEnd, kind: ReporterKind): void {
  const { end, model } = ended;
  if (end.as !== 'result') tellOpen(run, ended, kind);
  else if (end.result.status === 'joined') tellJoined(run, end.result.incidentId, ended, kind);
  else tellModel(run, model, kind);
}
