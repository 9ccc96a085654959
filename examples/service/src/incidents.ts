import {
  type Anchor,
  type AnyPipeline,
  containmentView,
  decideRun,
  type Environment,
  entriesIn,
  type Finding,
  type FindingFilterOptions,
  findingFilter,
  type IncidentRun,
  incidentIdFor,
  type JournalProvider,
  startIncident,
  suspectKey,
} from '@cordon/core';
import { type Log, logRun } from './log.ts';
import { oneHost } from './one-host.ts';
import { Slots } from './slots.ts';

/** What became of a finding. Whatever it is, it is on record: the sender may forget it. */
export type Taken =
  | { readonly status: 'running' | 'joined' | 'settled'; readonly incidentId: string }
  | { readonly status: 'passed-over' | 'exhausted'; readonly reason: string };

/** Somebody who is told of every run, like `slackNotifier`. */
export interface Notifier {
  attach(run: Pick<IncidentRun, 'events'>): void;
  readonly anchor?: Anchor;
  flush?(within: { readonly seconds: number }): Promise<unknown>;
}

export interface IncidentsOptions {
  readonly pipeline: AnyPipeline;
  readonly journal: JournalProvider;
  readonly environment: Environment;
  readonly filter: FindingFilterOptions;
  /** Most incidents at once. They wait most of the time: dozens cost little. */
  readonly most: number;
  readonly notifiers?: readonly Notifier[];
  readonly log: Log;
}

interface Order {
  readonly finding: Finding;
  readonly incidentId: string;
}

/** After trouble of the engine's own (a full disk, a store that is away) the incident is taken up again. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 600_000;

/** The same for every delivery of a finding, so that a message that comes twice is one incident. */
function nameOf(finding: Finding, now: Date): string {
  const seen = new Date(finding.firstSeen ?? Number.NaN);
  return incidentIdFor(finding, Number.isNaN(seen.getTime()) ? now : seen);
}

/** Resolves when the run has its journal: `running`; or when it is over before that. */
async function opened(run: IncidentRun): Promise<'running' | 'joined' | 'settled'> {
  const begun = new Promise<'running'>((resolve) => {
    run.events.on('entry', () => resolve('running'));
    run.events.on('history', () => resolve('running'));
  });
  const ended = run.finished.then(({ status }) => (status === 'joined' ? 'joined' : 'settled'));
  return Promise.race([begun, ended]);
}

/** All incidents of this process. */
export class Incidents {
  readonly #options: IncidentsOptions;
  readonly #journal: JournalProvider;
  readonly #stopping = new AbortController();
  readonly #runs = new Set<IncidentRun>();
  readonly #lives = new Set<Promise<void>>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly slots: Slots;

  constructor(options: IncidentsOptions) {
    this.#options = options;
    this.#journal = oneHost(options.journal);
    this.slots = new Slots(options.most);
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Takes a finding; resolves when it is in a journal, or decided upon. */
  async take(finding: Finding): Promise<Taken> {
    const answer = findingFilter(this.#options.filter)(finding);
    if (!answer.accepted) return { status: 'passed-over', reason: answer.reason };
    // Findings about one suspect come one after the other: the first opens the incident, the others join it.
    const suspect = suspectKey(finding.suspect);
    const taken = (this.#turns.get(suspect) ?? Promise.resolve()).then(() => this.#decide(finding));
    const turn = taken.catch(() => undefined);
    this.#turns.set(suspect, turn);
    try {
      return await taken;
    } finally {
      if (this.#turns.get(suspect) === turn) this.#turns.delete(suspect);
    }
  }

  /** Goes on with what the journal says is open: what an earlier process left. Returns how many. */
  async resume(): Promise<number> {
    const entriesOf = entriesIn(this.#journal);
    let resumed = 0;
    for (const incidentId of await this.#journal.list()) {
      const entries = await entriesOf(incidentId);
      if (containmentView(entries)?.isClosed !== false) continue;
      const first = entries.find(({ ledger, kind }) => ledger === 'run' && kind === 'opened');
      if (first?.kind !== 'opened') continue;
      this.#live({ finding: first.body.finding, incidentId });
      resumed += 1;
    }
    return resumed;
  }

  /** Stops every run where it is; the journals stay open, and the next process goes on with them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const run of this.#runs) run.stop();
    await Promise.all(this.#lives);
    const { notifiers = [] } = this.#options;
    await Promise.allSettled(notifiers.map(async (notifier) => notifier.flush?.({ seconds: 5 })));
  }

  async #decide(finding: Finding): Promise<Taken> {
    const { log, environment } = this.#options;
    const name = nameOf(finding, environment.clock.now());
    const decision = await decideRun(name, { entriesOf: entriesIn(this.#journal) });
    if ('alarm' in decision) log.error({ incidentId: name, finding: finding.id }, decision.alarm);
    if (decision.do === 'nothing' && decision.because === 'exhausted')
      return { status: 'exhausted', reason: 'its runs ended without containment' };
    // An open one is started again: it joins where this process drives it, and resumes where nobody does.
    if (decision.do === 'nothing' && decision.because !== 'open')
      return { status: 'settled', incidentId: decision.incidentId };
    const { incidentId } = decision;
    return { status: await this.#live({ finding, incidentId }), incidentId };
  }

  /** Runs an incident to its end, through whatever trouble; resolves when it has begun. */
  #live(order: Order): Promise<'running' | 'joined' | 'settled'> {
    const leave = this.slots.take();
    const begun = Promise.withResolvers<'running' | 'joined' | 'settled'>();
    const life = this.#through(order, begun.resolve).catch(begun.reject).finally(leave);
    this.#lives.add(life);
    void life.finally(() => this.#lives.delete(life));
    // Nobody waits for the beginning of what is resumed.
    begun.promise.catch(() => undefined);
    return begun.promise;
  }

  async #through(order: Order, begun: (how: 'running' | 'joined' | 'settled') => void): Promise<void> {
    const { log, environment } = this.#options;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      let onRecord = false;
      this.stopping.throwIfAborted();
      const run = this.#start(order);
      try {
        const how = await opened(run);
        onRecord = true;
        begun(how);
        await run.finished;
        return;
      } catch (error) {
        // What is on record goes on; a finding that is not is the sender's to send again.
        if (this.stopping.aborted || !onRecord) throw error;
        log.error({ incidentId: order.incidentId, error: String(error) }, 'RUN_INTERRUPTED');
      } finally {
        this.#runs.delete(run);
      }
      await environment.clock.sleepUntil(
        new Date(environment.clock.now().getTime() + pauseMs),
        this.stopping,
      );
    }
  }

  #start({ finding, incidentId }: Order): IncidentRun {
    const { pipeline, environment, notifiers = [], log } = this.#options;
    const anchors = notifiers.flatMap(({ anchor }) => anchor ?? []);
    const run = startIncident(pipeline, finding, {
      journal: this.#journal,
      environment,
      anchors,
      incidentId,
    });
    this.#runs.add(run);
    logRun(log, incidentId, run);
    for (const notifier of notifiers) notifier.attach(run);
    return run;
  }
}
