import {
  type Anchor,
  type Environment,
  type Finding,
  type IncidentResult,
  type IncidentRun,
  startIncident,
  suspectKey,
} from '@cordon/core';
import type { CordonConfig, Notifier } from '../config/config.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import type { RunModel } from '../model/run-model.js';
import { plainText } from '../text/plain-text.js';
import type { Reporter, RunEvents } from '../view/reporter.js';

/** A finding to run on; with an id, the incident to go on with. */
export interface RunOrder {
  readonly finding: Finding;
  readonly incidentId?: string;
}

/** How one run ended for the command. */
export interface RunEnd {
  readonly order: RunOrder;
  readonly model: RunModel;
  readonly end:
    | { readonly as: 'result'; readonly result: IncidentResult }
    | { readonly as: 'stopped' }
    | { readonly as: 'trouble'; readonly error: unknown };
}

export interface Driving {
  readonly console: Console;
  readonly config: CordonConfig;
  readonly environment: Environment;
  readonly reporter: Reporter;
}

/** How long what is still to be said to notifiers may hold up the command. */
const FLUSH = { seconds: 15 };

/** The configuration's anchors and those of its notifiers, each once. */
export function anchorsOf({ anchors = [], notifiers = [] }: CordonConfig): readonly Anchor[] {
  return [...new Set([...anchors, ...notifiers.flatMap(({ anchor }) => anchor ?? [])])];
}

/** Tells the notifiers; one that cannot listen is left out. */
export function attachNotifiers(
  console: Console,
  notifiers: readonly Notifier[],
  run: Pick<IncidentRun, 'events'>,
): void {
  for (const notifier of notifiers) {
    try {
      notifier.attach(run);
    } catch (error) {
      console.remark(`${console.paint.warn('NOTIFIER_FAILED')}  ${plainText(String(error))}`);
    }
  }
}

/** Waits, not for long, until notifiers have said everything. */
export async function flushNotifiers(notifiers: readonly Notifier[] = []): Promise<void> {
  await Promise.allSettled(notifiers.map(async (notifier) => notifier.flush?.(FLUSH)));
}

/** Resolves when the run has its journal, or is over. */
function opened(run: IncidentRun, events: RunEvents): Promise<unknown> {
  const begun = new Promise<void>((resolve) => {
    events.on('entry', () => resolve());
    events.on('history', () => resolve());
  });
  return Promise.race([begun, run.finished.catch(() => undefined)]);
}

/** The runs under way, and what Ctrl-C does to them. */
class Fleet {
  readonly #driving: Driving;
  readonly #runs: IncidentRun[] = [];
  #stopping = false;

  constructor(driving: Driving) {
    this.#driving = driving;
  }

  /** Listens for Ctrl-C and SIGTERM; returns what ends that. */
  listen(): () => void {
    const { console, reporter } = this.#driving;
    return console.io.onStop(() => {
      if (this.#stopping) {
        reporter.close();
        console.io.exit(EXIT.interrupted);
        return;
      }
      this.#stopping = true;
      for (const run of this.#runs) run.stop();
      reporter.note(
        console.paint.warn('Stopping: what is under way ends cleanly. Once more leaves at once.'),
      );
    });
  }

  async drive(orders: readonly RunOrder[]): Promise<readonly RunEnd[]> {
    const bySuspect = Map.groupBy(orders, ({ finding }) => suspectKey(finding.suspect));
    const ends = await Promise.all([...bySuspect.values()].map((same) => this.#driveSame(same)));
    return ends.flat();
  }

  /** Findings about one suspect: the first begins the incident, the others join it. */
  async #driveSame(orders: readonly RunOrder[]): Promise<readonly RunEnd[]> {
    const ends: Promise<RunEnd>[] = [];
    for (const order of orders) {
      if (this.#stopping) break;
      const run = this.#start(order);
      ends.push(this.#ending(order, run));
      await opened(run.run, run.run.events);
    }
    return Promise.all(ends);
  }

  #start({ finding, incidentId }: RunOrder): { readonly run: IncidentRun; readonly model: RunModel } {
    const { console, config, environment, reporter } = this.#driving;
    const run = startIncident(config.pipeline, finding, {
      journal: config.journal,
      environment,
      anchors: anchorsOf(config),
      ...(incidentId === undefined ? {} : { incidentId }),
    });
    this.#runs.push(run);
    attachNotifiers(console, config.notifiers ?? [], run);
    return { run, model: reporter.watch(run.events) };
  }

  async #ending(
    order: RunOrder,
    { run, model }: { readonly run: IncidentRun; readonly model: RunModel },
  ): Promise<RunEnd> {
    try {
      return { order, model, end: { as: 'result', result: await run.finished } };
    } catch (error) {
      return { order, model, end: this.#stopping ? { as: 'stopped' } : { as: 'trouble', error } };
    }
  }
}

/** Runs the pipeline on all findings at once: no suspect waits for another one's memory dump. */
export async function driveRuns(driving: Driving, orders: readonly RunOrder[]): Promise<readonly RunEnd[]> {
  const fleet = new Fleet(driving);
  const unlisten = fleet.listen();
  try {
    const ends = await fleet.drive(orders);
    await flushNotifiers(driving.config.notifiers);
    return ends;
  } finally {
    unlisten();
    driving.reporter.close();
  }
}
