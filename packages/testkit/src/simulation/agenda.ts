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
  #nowMs = 0;
  readonly #queue = new TinyQueue<Appointment>([], (a, b) => a.dueMs - b.dueMs || a.order - b.order);

  at(due: Date, act: () => void): void {
    this.#queue.push({ dueMs: due.getTime(), order: this.#order++, act });
  }

  /** The moment that is being settled, else the last one that was. */
  get momentMs(): number {
    return this.#nowMs;
  }

  /** Runs everything due until `now`, in order; what an act adds is included. */
  settle(now: Date): void {
    const nowMs = now.getTime();
    for (
      let next = this.#queue.peek();
      next !== undefined && next.dueMs <= nowMs;
      next = this.#queue.peek()
    ) {
      this.#queue.pop();
      this.#nowMs = next.dueMs;
      next.act();
    }
    this.#nowMs = nowMs;
  }
}
