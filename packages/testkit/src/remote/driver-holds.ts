import { AsyncLocalStorage } from 'node:async_hooks';
import type { WorldClock } from '../clock-holds.js';

interface Held {
  readonly run: <T>(work: () => T) => T;
  readonly release: () => void;
}

/** What a process of its own holds of the world's clock; all of it ends with the process. */
export class DriverHolds {
  readonly #clock: WorldClock;
  readonly #held = new Map<number, Held>();
  #attention: Held | undefined;

  constructor(clock: WorldClock) {
    this.#clock = clock;
    this.attend();
  }

  /** Something happens over there: time stands still until it is quiet. */
  attend(): void {
    this.#attention ??= this.#hold((ended) => this.#clock.working(ended));
  }

  quiet(): void {
    this.#attention?.release();
    this.#attention = undefined;
  }

  working(id: number, outer: number | undefined): void {
    this.#held.set(
      id,
      this.within(outer, () => this.#hold((ended) => this.#clock.working(ended))),
    );
  }

  idle(id: number, outer: number | undefined): void {
    this.#held.set(
      id,
      this.within(outer, () => this.#hold((ended) => this.#clock.idle(ended()))),
    );
  }

  release(id: number): void {
    this.#held.get(id)?.release();
    this.#held.delete(id);
  }

  /** Runs work as a part of what holds the clock. */
  within<T>(id: number | undefined, work: () => T): T {
    const held = id === undefined ? undefined : this.#held.get(id);
    return held === undefined ? work() : held.run(work);
  }

  end(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
    this.quiet();
  }

  #hold(begin: (ended: () => Promise<void>) => Promise<void>): Held {
    const { promise, resolve } = Promise.withResolvers<void>();
    let run: Held['run'] = (work) => work();
    const ended = () => {
      run = AsyncLocalStorage.snapshot();
      return promise;
    };
    void begin(ended);
    return { run, release: resolve };
  }
}
