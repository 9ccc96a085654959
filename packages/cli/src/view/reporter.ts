import type { Clock, IncidentRun } from '@cordon/core';
import type { Console } from '../console.js';
import { RunModel } from '../model/run-model.js';

/** What a run lets others listen to. */
export type RunEvents = IncidentRun['events'];

/** Tells what happens in runs while it happens. */
export interface Reporter {
  /** Begins to listen, before anything happens; the model is kept up to date. */
  watch(events: RunEvents): RunModel;
  /** A remark of the command itself, between what the runs say. */
  note(line: string): void;
  /** Stops drawing; what is written stays. */
  close(): void;
}

export interface ReporterOptions {
  readonly console: Console;
  /** The incidents' time. */
  readonly clock: Clock;
}

/** Keeps a model of a run. */
export function follow(events: RunEvents, clock: Clock): RunModel {
  const model = new RunModel();
  events.on('history', (entries) => model.history(entries));
  events.on('entry', (entry) => model.apply(entry));
  events.on('progress', (progress) => model.progress(progress, clock.now().getTime()));
  events.on('log', (line) => model.log(line));
  return model;
}
