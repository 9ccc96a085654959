import { setImmediate as nextTurn, setTimeout as realPause } from 'node:timers/promises';
import { fileWorkPending } from '../clock.js';
import type { FromDriver, ToDriver } from './protocol.js';
import { fromWireError } from './wire-error.js';

/** Turns of the event loop in which nothing is said or heard, after which nobody is taken to be at work. */
const QUIET_TURNS = 4;

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A driver's own end of its talk with the world's process. */
export class Link {
  #ids = 0;
  #heard = 0;
  #activity = 0;
  #watching = false;
  #now = new Date(0);
  readonly #pending = new Map<number, Pending>();
  readonly #task = Promise.withResolvers<unknown>();

  constructor() {
    // Nobody else talks over this channel.
    process.on('message', (message) => this.#hear(message as ToDriver));
  }

  get task(): Promise<unknown> {
    return this.#task.promise;
  }

  get now(): Date {
    return this.#now;
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  say(message: FromDriver): void {
    this.#send(message);
    this.#stir();
  }

  /** Says something that will be answered; the signal's own reason is what it rejects with when that aborts. */
  async ask(
    message: FromDriver & { readonly kind: 'call' | 'sleep' },
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const { id } = message;
    const answered = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    const onAbort = () => this.say({ kind: 'abort', id });
    signal?.addEventListener('abort', onAbort, { once: true });
    this.say(message);
    try {
      return await answered;
    } catch (error) {
      if (error instanceof Error && error.name === 'RemoteAbort') throw signal?.reason;
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Resolves when it is on its way: the process may end. */
  finish(result: unknown): Promise<void> {
    const message: FromDriver = { kind: 'result', result };
    return new Promise((resolve, reject) => {
      process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
    });
  }

  #hear(message: ToDriver): void {
    this.#heard += 1;
    this.#now = message.now;
    if (message.kind === 'task') this.#task.resolve(message.task);
    else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.kind === 'answer') pending?.resolve(message.output);
      else pending?.reject(fromWireError(message.error));
    }
    this.#stir();
  }

  #send(message: FromDriver): void {
    // After its result nobody asks what else happens here.
    if (process.connected) process.send?.(message);
  }

  #stir(): void {
    this.#activity += 1;
    if (this.#watching) return;
    this.#watching = true;
    void this.#watch();
  }

  async #watch(): Promise<void> {
    while (!(await this.#isQuiet()));
    this.#watching = false;
    this.#send({ kind: 'quiet', heard: this.#heard });
  }

  async #isQuiet(): Promise<boolean> {
    const seen = this.#activity;
    for (let turn = 0; turn < QUIET_TURNS; turn++) {
      await nextTurn();
      if (seen !== this.#activity) return false;
    }
    if (!fileWorkPending()) return true;
    await realPause(1);
    return false;
  }
}
