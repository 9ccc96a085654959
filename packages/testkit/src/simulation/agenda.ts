import TinyQueue from 'tinyqueue';

interface Appointment {
  readonly dueMs: number;
  readonly order: number;
  readonly act: () => void;
}

/**
 * What the world does by itself as time passes. Kept lazily: due appointments are settled, each at its own moment,
 * whenever somebody looks, so that an idle world costs nothing and never moves the clock.
 */
export class Agenda {
  #order = 0;
  #momentMs: number | undefined;
  readonly #queue = new TinyQueue<Appointment>([], (a, b) => a.dueMs - b.dueMs || a.order - b.order);

  at(due: Date, act: () => void): void {
    this.#queue.push({ dueMs: due.getTime(), order: this.#order++, act });
  }

  /** While appointments are settled: the moment of the one that acts. */
  get momentMs(): number | undefined {
    return this.#momentMs;
  }

  /** Runs everything due until `now`, in order; what an act adds is included. */
  settle(now: Date): void {
    // An act that looks at the world must not settle it again.
    if (this.#momentMs !== undefined) return;
    try {
      for (
        let next = this.#queue.peek();
        next !== undefined && next.dueMs <= now.getTime();
        next = this.#queue.peek()
      ) {
        this.#queue.pop();
        this.#momentMs = next.dueMs;
        next.act();
      }
    } finally {
      this.#momentMs = undefined;
    }
  }
}
