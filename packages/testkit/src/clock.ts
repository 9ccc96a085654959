import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout as realPause } from 'node:timers/promises';
import type { Clock } from '@cordon/core';
import TinyQueue from 'tinyqueue';
import { currentLife, forever, type Life } from './simulated-process.js';

interface Sleeper {
  readonly dueMs: number;
  readonly order: number;
  readonly life: Life | undefined;
  awake: boolean;
  wake(): void;
}

interface Hold {
  readonly clock: VirtualClock;
  readonly outer: Hold | undefined;
  sleeping: number;
}

// One for all clocks: in Node 22 every AsyncLocalStorage costs time at every promise of the process.
const holdsHere = new AsyncLocalStorage<Hold>();

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
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #activity = 0;
  #running = false;
  readonly #sleepers = new TinyQueue<Sleeper>([], byDueThenOrder);
  readonly #holds = new Set<Hold>();

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
      const holds = this.#holdsAround();
      for (const hold of holds) hold.sleeping += 1;
      const end = (settle: () => void) => {
        if (sleeper.awake) return;
        sleeper.awake = true;
        signal?.removeEventListener('abort', onAbort);
        for (const hold of holds) hold.sleeping -= 1;
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

  async working<T>(work: () => Promise<T>): Promise<T> {
    const life = currentLife();
    if (life?.dead) return forever();
    const hold: Hold = { clock: this, outer: holdsHere.getStore(), sleeping: 0 };
    const forget = life?.onDeath(() => this.#release(hold));
    this.#holds.add(hold);
    this.#activity += 1;
    try {
      return await holdsHere.run(hold, work);
    } finally {
      forget?.();
      this.#release(hold);
      // A killed process sees no answer any more.
      if (life?.dead) await forever();
    }
  }

  async idle<T>(begun: Promise<T>): Promise<T> {
    const holds = this.#holdsAround();
    for (const hold of holds) hold.sleeping += 1;
    this.#stir();
    try {
      return await begun;
    } finally {
      for (const hold of holds) hold.sleeping -= 1;
      this.#activity += 1;
    }
  }

  #release(hold: Hold): void {
    this.#holds.delete(hold);
    this.#stir();
  }

  #holdsAround(): readonly Hold[] {
    const holds: Hold[] = [];
    for (let hold = holdsHere.getStore(); hold !== undefined; hold = hold.outer) {
      if (hold.clock === this) holds.push(hold);
    }
    return holds;
  }

  /** Something happened that may let time pass. */
  #stir(): void {
    this.#activity += 1;
    if (this.#running || this.#sleepers.length === 0 || this.#someoneWorks()) return;
    this.#running = true;
    void this.#run();
  }

  #someoneWorks(): boolean {
    for (const hold of this.#holds) if (hold.sleeping === 0) return true;
    return false;
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
      if (this.#someoneWorks()) return false;
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
