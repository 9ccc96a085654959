import type { Clock } from '../../src/engine/clock.js';

/** A clock on which a sleep takes no time: it moves to the sleep's end and remembers how long that was. */
export class SteppingClock implements Clock {
  readonly sleepsMs: number[] = [];
  #nowMs: number;

  constructor(start = new Date('2026-11-24T06:00:00Z')) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  async sleepUntil(until: Date, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleepsMs.push(until.getTime() - this.#nowMs);
    this.#nowMs = Math.max(this.#nowMs, until.getTime());
  }
}
