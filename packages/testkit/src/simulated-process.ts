import { AsyncLocalStorage } from 'node:async_hooks';

/** What `runProcess` rejects with when the work inside was killed. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** Whether a simulated process still runs. */
export class Life {
  #dead = false;
  readonly #listeners = new Set<(reason: SimulatedCrash) => void>();

  get dead(): boolean {
    return this.#dead;
  }

  /** Tells when it is killed; returns how to stop listening. */
  onDeath(listener: (reason: SimulatedCrash) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(reason: string): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const listener of this.#listeners) listener(new SimulatedCrash(reason));
    this.#listeners.clear();
  }
}

const lives = new AsyncLocalStorage<Life>();

/** The simulated process that runs here; undefined outside of `runProcess`. */
export function currentLife(): Life | undefined {
  return lives.getStore();
}

/** Whether the code that asks belongs to a process that was killed. A store of a test asks before it writes. */
export function isDead(): boolean {
  return lives.getStore()?.dead ?? false;
}

/** Runs what belongs to the world and not to the process that has asked for it: it lives on when that is killed. */
export function outsideOfProcesses<T>(work: () => T): T {
  return lives.exit(work);
}

/** A promise that is never settled: what a killed process waits for. */
export function forever(): Promise<never> {
  return new Promise(() => {});
}

/** Kills the simulated process that runs here; outside of one it throws. */
export function crashHere(reason: string): Promise<never> {
  const life = lives.getStore();
  if (life === undefined) throw new SimulatedCrash(`${reason} (outside of runProcess)`);
  life.end(reason);
  return forever();
}

/**
 * Runs work as if it were a process of its own: a crash fault, or `crashHere`, ends it at once. Nothing it still
 * awaits from a simulated world or a virtual clock is ever answered, and it no longer holds the clock.
 *
 * @throws SimulatedCrash when it was killed
 */
export function runProcess<T>(work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const life = new Life();
    life.onDeath(reject);
    lives.run(life, work).then(
      (value) => (life.dead ? undefined : resolve(value)),
      (error) => (life.dead ? undefined : reject(error)),
    );
  });
}
