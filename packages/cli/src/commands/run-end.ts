import type { AnyPipeline } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { EXIT, exitOf } from '../exit-codes.js';
import type { RunEnd, RunOrder } from '../incident/drive-runs.js';
import type { RunModel } from '../model/run-model.js';
import { asciiJson } from '../text/plain-text.js';
import { wholePicture } from '../view/frame.js';
import type { ReporterKind } from '../view/make-reporter.js';
import { summaryLines } from '../view/summary.js';
import { type Command, typed } from './command-line.js';

/** Who tells how a run ended, and in which manner. */
export interface Telling extends Command<object> {
  readonly kind: ReporterKind;
  readonly pipeline: AnyPipeline;
}

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

/** What a person types when Cordon failed, by step. */
function byHand({ pipeline }: Telling): ReadonlyMap<string, readonly string[]> {
  return new Map(pipeline.steps.map(({ step }) => [step.id, step.effect?.manual ?? []]));
}

/** Tells how a closed run ended; returns its exit code. */
export function tellModel(telling: Telling, model: RunModel): number {
  const { console, options, kind } = telling;
  const { paint, symbols, width } = console;
  if (kind === 'json') tellJson(telling, model);
  else {
    console.say();
    // Who has read the lines needs no picture of them.
    if (kind === 'live') tellPicture(telling, model);
    const command = (words: string) => typed(words, options);
    const summary = { paint, symbols, width, command, byHand: byHand(telling) };
    for (const line of summaryLines(model, summary)) console.say(line);
  }
  return exitOf(model.outcome ?? 'incomplete');
}

function tellJoined({ console, options, kind }: Telling, joined: string, { order }: RunEnd): void {
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
function tellOpen(telling: Telling, { model, end }: RunEnd): void {
  const { console, options, kind } = telling;
  if (kind === 'live' && model.opened !== undefined) tellPicture(telling, model);
  if (end.as === 'trouble') console.complain(end.error);
  if (model.incidentId === undefined) return;
  console.remark(`Incident ${model.incidentId} stays open: the suspect is as it is now.`);
  console.remark(`Go on: ${typed(`run --incident ${model.incidentId}`, options)}`);
}

/** Tells how one run ended. */
export function tellEnd(telling: Telling, ended: RunEnd): void {
  const { end, model } = ended;
  if (end.as !== 'result') tellOpen(telling, ended);
  else if (end.result.status === 'joined') tellJoined(telling, end.result.incidentId, ended);
  else tellModel(telling, model);
}
