import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { SimulatedWorld } from '../simulation/world.js';
import { DriverHolds } from './driver-holds.js';
import { type FromDriver, RemoteAbort, type Reply, type ToDriver } from './protocol.js';
import { serveCall } from './serve-call.js';
import { toWireError } from './wire-error.js';

export interface DriverOptions {
  /** A JavaScript file that calls `drive`. */
  readonly module: string;
  /** What its `drive` is given: plain data. */
  readonly task: unknown;
  /** Told of every message from it when it has been acted on: a place to `kill` it from. */
  readonly onMessage?: (kind: FromDriver['kind'], driver: Driver) => void;
}

/** What became of a driver. `result` is undefined where it ended before it had one. */
export interface DriverEnd {
  readonly signal: NodeJS.Signals | null;
  readonly exit: number | null;
  readonly result: unknown;
}

/** A process of its own, whose SDK clients and clock are this process's world. */
export class Driver {
  /** Resolves when the process is gone and all it has sent has arrived. Calls may still be on their way in AWS. */
  readonly ended: Promise<DriverEnd>;
  readonly #child: ChildProcess;
  readonly #world: SimulatedWorld;
  readonly #holds: DriverHolds;
  readonly #aborts = new Map<number, AbortController>();
  readonly #sleeps = new Set<number>();
  readonly #options: DriverOptions;
  #sent = 0;
  #alive = true;
  #result: unknown;

  /** @internal by `startDriver` */
  constructor(world: SimulatedWorld, options: DriverOptions) {
    this.#world = world;
    this.#options = options;
    this.#holds = new DriverHolds(world.clock);
    this.#child = fork(options.module, { serialization: 'advanced', execArgv: [] });
    // Nobody else talks over this channel.
    this.#child.on('message', (message) => this.#receive(message as FromDriver));
    this.ended = this.#untilGone();
    this.#send({ kind: 'task', task: options.task });
  }

  /** Ends it at once, wherever it is: what it has sent stands, and it hears no answer. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #untilGone(): Promise<DriverEnd> {
    const [[exit, signal]] = await Promise.all([once(this.#child, 'exit'), once(this.#child, 'disconnect')]);
    this.#alive = false;
    for (const id of this.#sleeps) this.#abort(id);
    this.#holds.end();
    return { exit, signal, result: this.#result };
  }

  #send(reply: Reply): void {
    if (!this.#child.connected) return;
    this.#sent += 1;
    this.#holds.attend();
    const message: ToDriver = { ...reply, now: this.#world.now() };
    // It may be gone before this reaches it.
    this.#child.send(message, () => undefined);
  }

  #receive(message: FromDriver): void {
    if (message.kind === 'quiet') {
      if (message.heard === this.#sent) this.#holds.quiet();
    } else {
      this.#holds.attend();
      this.#act(message);
    }
    this.#options.onMessage?.(message.kind, this);
  }

  #act(message: Exclude<FromDriver, { kind: 'quiet' }>): void {
    const { kind } = message;
    if (kind === 'result') this.#result = message.result;
    else if (kind === 'abort') this.#abort(message.id);
    else if (kind === 'release') this.#holds.release(message.id);
    else if (kind === 'working' || kind === 'idle') this.#holds[kind](message.id, message.hold);
    else if (kind === 'sleep') void this.#sleep(message);
    else void this.#answer(message, (signal) => serveCall(message.call, signal));
  }

  async #sleep(message: FromDriver & { kind: 'sleep' }): Promise<void> {
    this.#sleeps.add(message.id);
    await this.#answer(message, (signal) => this.#world.clock.sleepUntil(message.until, signal));
    this.#sleeps.delete(message.id);
  }

  async #answer(
    { id, hold }: { readonly id: number; readonly hold: number | undefined },
    work: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const controller = new AbortController();
    this.#aborts.set(id, controller);
    try {
      const output = await this.#holds.within(hold, () => work(controller.signal));
      this.#reply({ kind: 'answer', id, output });
    } catch (error) {
      this.#reply({ kind: 'refusal', id, error: toWireError(error) });
    } finally {
      this.#aborts.delete(id);
    }
  }

  #reply(reply: Reply): void {
    if (this.#alive) this.#send(reply);
  }

  #abort(id: number): void {
    this.#aborts.get(id)?.abort(new RemoteAbort('aborted by its process'));
  }
}

/**
 * Starts a process whose AWS is this world: to kill it, and see what the next one makes of what it left.
 *
 * @example
 * const driver = startDriver(world, { module, task, onMessage: (kind) => kind === 'call' && driver.kill() });
 * const { signal, result } = await driver.ended;
 */
export function startDriver(world: SimulatedWorld, options: DriverOptions): Driver {
  return new Driver(world, options);
}
