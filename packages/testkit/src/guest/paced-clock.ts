import type { Duration } from '@cordon/core';
import { milliseconds } from '@cordon/core';
import TinyQueue from 'tinyqueue';
import { ClockHolds, type WorldClock } from '../clock-holds.js';
import { currentLife, forever, type Life } from '../simulated-process.js';

interface Sleeper {
  readonly dueMs: number;
  readonly order: number;
  readonly life: Life | undefined;
  awake: boolean;
  wake(): void;
}

export interface PacedClockOptions {
  /** Default: the machine's own time. */
  readonly start?: Date;
  /** How many times faster than real time it goes while nobody is at work. Default 20. */
  readonly lapse?: number;
}

const byDueThenOrder = (a: Sleeper, b: Sleeper) => a.dueMs - b.dueMs || a.order - b.order;
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * A world's time where machines are real: it goes as real time does while anybody is at work, a script on a guest
 * among them, and faster while all of them sleep. It never jumps, so that what guests do by themselves keeps step.
 */
export class PacedClock implements WorldClock {
  readonly #lapse: number;
  readonly #sleepers = new TinyQueue<Sleeper>([], byDueThenOrder);
  readonly #holds = new ClockHolds(() => this.#changed());
  #anchorMs: number;
  #anchoredAt = performance.now();
  #rate = 1;
  #unhurriedUntilMs = 0;
  #order = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PacedClockOptions = {}) {
    this.#anchorMs = (options.start ?? new Date()).getTime();
    this.#lapse = options.lapse ?? 20;
  }

  now(): Date {
    return new Date(this.#nowMs());
  }

  advance(ms: number): Promise<void> {
    return this.sleepUntil(new Date(this.#nowMs() + ms));
  }

  /** For so long it goes as real time does, whoever sleeps: something is under way that is not to be hurried. */
  unhurried(duration: Duration): void {
    this.#unhurriedUntilMs = Math.max(this.#unhurriedUntilMs, this.#nowMs() + milliseconds(duration));
    this.#changed();
  }

  sleepUntil(until: Date, signal?: AbortSignal): Promise<void> {
    const life = currentLife();
    if (life?.dead) return forever();
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (until.getTime() <= this.#nowMs()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wakeHolds = this.#holds.sleep();
      const end = (settle: () => void) => {
        if (sleeper.awake) return;
        sleeper.awake = true;
        signal?.removeEventListener('abort', onAbort);
        wakeHolds();
        this.#changed();
        settle();
      };
      const onAbort = () => end(() => reject(signal?.reason));
      const dueMs = until.getTime();
      const sleeper: Sleeper = { dueMs, order: this.#order++, life, awake: false, wake: () => end(resolve) };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#changed();
    });
  }

  working<T>(work: () => Promise<T>): Promise<T> {
    return this.#holds.working(work);
  }

  idle<T>(begun: Promise<T>): Promise<T> {
    return this.#holds.idle(begun);
  }

  #nowMs(): number {
    return Math.floor(this.#anchorMs + (performance.now() - this.#anchoredAt) * this.#rate);
  }

  /** Somebody has begun, ended, gone to sleep or woken: another pace, another sleeper to wake first. */
  #changed(): void {
    const nowMs = this.#anchorMs + (performance.now() - this.#anchoredAt) * this.#rate;
    this.#anchorMs = nowMs;
    this.#anchoredAt = performance.now();
    this.#rate = this.#paceAt(nowMs);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#earliest();
    if (next === undefined) return;
    // A pace that ends earlier than the sleep: looked at anew then.
    const untilMs =
      nowMs < this.#unhurriedUntilMs ? Math.min(next.dueMs, this.#unhurriedUntilMs) : next.dueMs;
    const delay = Math.min(LONGEST_TIMER_MS, Math.max(0, Math.ceil((untilMs - nowMs) / this.#rate)));
    this.#timer = setTimeout(() => this.#wakeDue(), delay);
  }

  #paceAt(nowMs: number): number {
    if (this.#holds.someoneWorks || nowMs < this.#unhurriedUntilMs) return 1;
    return this.#earliest() === undefined ? 1 : this.#lapse;
  }

  #earliest(): Sleeper | undefined {
    for (;;) {
      const next = this.#sleepers.peek();
      if (next === undefined || !(next.awake || next.life?.dead)) return next;
      this.#sleepers.pop();
    }
  }

  #wakeDue(): void {
    const next = this.#earliest();
    if (next !== undefined && next.dueMs <= this.#nowMs()) {
      this.#sleepers.pop();
      next.wake();
    } else this.#changed();
  }
}
