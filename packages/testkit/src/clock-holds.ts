import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@cordon/core';
import { currentLife, forever } from './simulated-process.js';

/** A world's time: it passes when nobody is at work. */
export interface WorldClock extends Clock {
  /** Resolves when virtual time has passed; other sleepers wake on the way. */
  advance(ms: number): Promise<void>;
  working<T>(work: () => Promise<T>): Promise<T>;
  idle<T>(begun: Promise<T>): Promise<T>;
}

interface Hold {
  readonly holds: ClockHolds;
  readonly outer: Hold | undefined;
  sleeping: number;
}

// One for all clocks: in Node 22 every AsyncLocalStorage costs time at every promise of the process.
const holdsHere = new AsyncLocalStorage<Hold>();

/** Who is at work, as far as a clock has been told: work that itself sleeps on the clock is not. */
export class ClockHolds {
  readonly #holds = new Set<Hold>();

  /** `changed` hears whenever somebody begins or ends. */
  constructor(private readonly changed: () => void) {}

  get someoneWorks(): boolean {
    for (const hold of this.#holds) if (hold.sleeping === 0) return true;
    return false;
  }

  async working<T>(work: () => Promise<T>): Promise<T> {
    const life = currentLife();
    if (life?.dead) return forever();
    const hold: Hold = { holds: this, outer: holdsHere.getStore(), sleeping: 0 };
    const forget = life?.onDeath(() => this.#release(hold));
    this.#holds.add(hold);
    this.changed();
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
    const wake = this.sleep();
    this.changed();
    try {
      return await begun;
    } finally {
      wake();
      this.changed();
    }
  }

  /** Whoever works around here sleeps until the returned function is called. */
  sleep(): () => void {
    const around = this.#around();
    for (const hold of around) hold.sleeping += 1;
    return () => {
      for (const hold of around) hold.sleeping -= 1;
    };
  }

  #release(hold: Hold): void {
    this.#holds.delete(hold);
    this.changed();
  }

  #around(): readonly Hold[] {
    const around: Hold[] = [];
    for (let hold = holdsHere.getStore(); hold !== undefined; hold = hold.outer) {
      if (hold.holds === this) around.push(hold);
    }
    return around;
  }
}
