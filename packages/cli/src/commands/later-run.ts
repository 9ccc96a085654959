import type { AnyPipeline, LaterRunOptions, Outcome } from '@cordon/core';
import type { CordonConfig } from '../config/config.js';
import { environmentOf } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import type { Console } from '../console.js';
import { EXIT, exitOf } from '../exit-codes.js';
import { anchorsOf, attachNotifiers, flushNotifiers } from '../incident/drive-runs.js';
import type { RunModel } from '../model/run-model.js';
import { makeReporter, reporterKind } from '../view/make-reporter.js';
import type { Reporter } from '../view/reporter.js';
import { type Command, typed } from './command-line.js';
import { tellModel } from './run-end.js';

export interface LaterCommandOptions {
  readonly incident: string;
  readonly approver: string;
  readonly reason: string;
  readonly plain?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Starts the later run: `retryStep`, `releaseIncident`. */
export type LaterWork<Result> = (pipeline: AnyPipeline, options: LaterRunOptions) => Promise<Result>;

export interface LaterEnd<Result> {
  readonly exit: number;
  /** Absent when it was stopped. */
  readonly result?: Result;
}

/** The signal that Ctrl-C and SIGTERM abort; a second one leaves at once. */
function stopSignal(console: Console, reporter: Reporter): { signal: AbortSignal; unlisten: () => void } {
  const leaving = new AbortController();
  const unlisten = console.io.onStop(() => {
    if (leaving.signal.aborted) {
      reporter.close();
      console.io.exit(EXIT.interrupted);
      return;
    }
    leaving.abort(new Error('stopped by hand'));
    reporter.note(console.paint.warn('Stopping: what is under way ends cleanly. Once more leaves at once.'));
  });
  return { signal: leaving.signal, unlisten };
}

interface Later<Result> {
  readonly config: CordonConfig;
  readonly options: Omit<LaterRunOptions, 'signal' | 'listen'>;
  readonly work: LaterWork<Result>;
}

async function driven<Result extends { readonly outcome?: Outcome | undefined }>(
  run: Command<LaterCommandOptions>,
  { config, options, work }: Later<Result>,
): Promise<LaterEnd<Result>> {
  const { console } = run;
  const kind = reporterKind(console, run.options);
  const reporter = makeReporter(kind, { console, clock: options.environment.clock });
  const { signal, unlisten } = stopSignal(console, reporter);
  let model: RunModel | undefined;
  try {
    const result = await work(config.pipeline, {
      ...options,
      signal,
      listen: (events) => {
        attachNotifiers(console, config.notifiers ?? [], { events });
        model = reporter.watch(events);
      },
    });
    await flushNotifiers(config.notifiers);
    reporter.close();
    if (model !== undefined) tellModel({ ...run, kind, pipeline: config.pipeline }, model);
    return { exit: exitOf(result.outcome ?? 'incomplete'), result };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { exit: EXIT.interrupted };
  } finally {
    reporter.close();
    unlisten();
  }
}

/** What a retry and a release have in common. */
export async function laterCommand<Result extends { readonly outcome?: Outcome | undefined }>(
  run: Command<LaterCommandOptions>,
  work: LaterWork<Result>,
): Promise<LaterEnd<Result>> {
  const { console, options } = run;
  const config = await loadConfig(console.io.cwd, options.config);
  const environment = await environmentOf(config);
  const { incident, approver, reason } = options;
  const ended = await driven(run, {
    config,
    options: {
      journal: config.journal,
      environment,
      incidentId: incident,
      approver,
      reason,
      anchors: anchorsOf(config),
    },
    work,
  });
  if (ended.result === undefined)
    console.remark(`Stopped; the same command goes on. ${typed(`show ${incident}`, options)}`);
  return ended;
}
