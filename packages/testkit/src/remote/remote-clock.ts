import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@cordon/core';
import type { Link } from './link.js';

/** The clock of the world's process. */
export class RemoteClock implements Clock {
  readonly #link: Link;
  readonly #holdHere = new AsyncLocalStorage<number>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** The hold that the code which asks is a part of. */
  get hold(): number | undefined {
    return this.#holdHere.getStore();
  }

  now(): Date {
    return new Date(this.#link.now);
  }

  async sleepUntil(until: Date, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (until <= this.#link.now) return;
    await this.#link.ask({ kind: 'sleep', id: this.#link.nextId(), hold: this.hold, until }, signal);
  }

  working<T>(work: () => Promise<T>): Promise<T> {
    return this.#hold('working', (id) => this.#holdHere.run(id, work));
  }

  idle<T>(begun: Promise<T>): Promise<T> {
    return this.#hold('idle', () => begun);
  }

  async #hold<T>(kind: 'working' | 'idle', work: (id: number) => Promise<T>): Promise<T> {
    const id = this.#link.nextId();
    this.#link.say({ kind, id, hold: this.hold });
    try {
      return await work(id);
    } finally {
      this.#link.say({ kind: 'release', id });
    }
  }
}
