import { setImmediate as nextTurn, setTimeout as realPause } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import { ClockHolds, type WorldClock } from './clock-holds.js';
import { currentLife, forever, type Life } from './simulated-process.js';

interface Sleeper {
  readonly dueMs: number;
  readonly order: number;
  readonly life: Life | undefined;
  awake: boolean;
  wake(): void;
}

/** Turns of the event loop without a new sleeper or hold after which nobody is taken to be at work. */
const QUIET_TURNS = 4;

/** File work that nobody declared with `working`; it always ends soon. */
const QUICK_RESOURCES = new Set(['FSReqCallback', 'FSReqPromise', 'CloseReq']);

/** Whether files are being read or written that nobody declared with `working`. */
export function fileWorkPending(): boolean {
  return process.getActiveResourcesInfo().some((resource) => QUICK_RESOURCES.has(resource));
}

/** Longest real time that undeclared file work holds the clock (a FIFO without a writer is open for ever). */
const LONGEST_FILE_WORK_MS = 2_000;

const byDueThenOrder = (a: Sleeper, b: Sleeper) => a.dueMs - b.dueMs || a.order - b.order;

/**
 * Time that passes only when nobody is at work: then it jumps to the earliest sleeper. Sleepers that are due at the
 * same moment wake one after the other, in the order in which they went to sleep.
 */
export class VirtualClock implements WorldClock {
  #nowMs: number;
  #order = 0;
  #activity = 0;
  #running = false;
  readonly #sleepers = new TinyQueue<Sleeper>([], byDueThenOrder);
  readonly #holds = new ClockHolds(() => this.#stir());

  constructor(start: Date = new Date('2026-11-24T06:00:00Z')) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** Resolves when virtual time has passed; other sleepers wake on the way. */
  advance(ms: number): Promise<void> {
    return this.sleepUntil(new Date(this.#nowMs + ms));
  }

  sleepUntil(until: Date, signal?: AbortSignal): Promise<void> {
    const life = currentLife();
    if (life?.dead) return forever();
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (until.getTime() <= this.#nowMs) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wakeHolds = this.#holds.sleep();
      const end = (settle: () => void) => {
        if (sleeper.awake) return;
        sleeper.awake = true;
        signal?.removeEventListener('abort', onAbort);
        wakeHolds();
        this.#activity += 1;
        settle();
      };
      const onAbort = () => end(() => reject(signal?.reason));
      const sleeper: Sleeper = {
        dueMs: until.getTime(),
        order: this.#order++,
        life,
        awake: false,
        wake: () => end(resolve),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#stir();
    });
  }

  working<T>(work: () => Promise<T>): Promise<T> {
    return this.#holds.working(work);
  }

  idle<T>(begun: Promise<T>): Promise<T> {
    return this.#holds.idle(begun);
  }

  /** Something happened that may let time pass. */
  #stir(): void {
    this.#activity += 1;
    if (this.#running || this.#sleepers.length === 0 || this.#holds.someoneWorks) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#sleepers.length > 0 && (await this.#quiet())) this.#wakeEarliest();
    this.#running = false;
    // A hold may have ended while the last look was on its way back here.
    this.#stir();
  }

  /** True when nobody is at work; false when a hold is: its end stirs the clock again. */
  async #quiet(): Promise<boolean> {
    let seen = this.#activity;
    for (let turn = 0; turn < QUIET_TURNS; turn++) {
      await nextTurn();
      if (this.#holds.someoneWorks) return false;
      if (seen !== this.#activity) {
        seen = this.#activity;
        turn = -1;
      }
    }
    await this.#fileWorkDone();
    return seen === this.#activity ? true : this.#quiet();
  }

  async #fileWorkDone(): Promise<void> {
    const patienceEnds = performance.now() + LONGEST_FILE_WORK_MS;
    while (fileWorkPending() && performance.now() < patienceEnds) {
      await realPause(1);
      this.#activity += 1;
    }
  }

  #wakeEarliest(): void {
    for (;;) {
      const sleeper = this.#sleepers.pop();
      if (sleeper === undefined) return;
      if (sleeper.awake || sleeper.life?.dead) continue;
      this.#nowMs = Math.max(this.#nowMs, sleeper.dueMs);
      sleeper.wake();
      return;
    }
  }
}
