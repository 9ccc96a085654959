import type { Duration } from '@cordon/core';
import { milliseconds } from '@cordon/core';
import type { SimulatedRegion } from '../account.js';
import type { Random } from '../random.js';
import { slice } from '../slice.js';
import type { QueueMessage } from './queue-message.js';

export interface QueueOptions {
  readonly name: string;
  /** How long a received message stays hidden. Default 30 s. */
  readonly visibilityTimeout?: Duration;
  /** Default 4 days. */
  readonly retention?: Duration;
  /** Where a message goes that is received more often than this. */
  readonly deadLetters?: { readonly queue: SimulatedQueue; readonly maxReceiveCount: number };
  /**
   * How often, 0 to 1, a delivered message is delivered once more by a server that has not heard of it, or of its
   * deletion. Default 0; AWS promises at least once, and no figure.
   */
  readonly duplicates?: number;
}

const DUPLICATE_WITHIN_MS = 20_000;

/** A standard queue: best-effort order, at least once. */
export class SimulatedQueue {
  readonly url: string;
  readonly arn: string;
  readonly visibilityMs: number;
  readonly #options: QueueOptions;
  readonly #region: SimulatedRegion;
  readonly #random: Random;
  readonly #arrivals = new Set<() => void>();
  readonly #handles = new Map<string, QueueMessage>();
  #messages: QueueMessage[] = [];

  /** @internal by `addQueue` */
  constructor(region: SimulatedRegion, options: QueueOptions) {
    this.#region = region;
    this.#options = options;
    this.#random = region.world.random.fork(`sqs-${region.account.id}-${region.name}-${options.name}`);
    this.url = `https://sqs.${region.name}.amazonaws.com/${region.account.id}/${options.name}`;
    this.arn = region.arn('sqs', options.name);
    this.visibilityMs = milliseconds(options.visibilityTimeout ?? { seconds: 30 });
  }

  get #nowMs(): number {
    return this.#region.world.now().getTime();
  }

  /** Puts a message in, as `SendMessage` does; returns its id. */
  send(body: string, delaySeconds = 0): string {
    const messageId = this.#region.world.uuid();
    const now = this.#nowMs;
    this.#add({ ...fresh(messageId, body), sentAtMs: now, visibleAtMs: now + delaySeconds * 1_000 });
    return messageId;
  }

  /** What has not been deleted: bodies, in the order of sending. */
  bodies(): readonly string[] {
    this.#forgetOld();
    return this.#messages.map(({ body }) => body);
  }

  /** Counts as `GetQueueAttributes` gives them. */
  count(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#forgetOld();
    const now = this.#nowMs;
    const hidden = this.#messages.filter(({ visibleAtMs }) => visibleAtMs > now);
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** @internal When the next message can be received, in milliseconds since the epoch. */
  get nextVisibleMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#messages.map(({ visibleAtMs }) => visibleAtMs));
  }

  /** @internal Calls back once when a message arrives; returns how to stop listening. */
  onArrival(listener: () => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** @internal Receives; a short poll asks some of the servers only, and may miss what the others have. */
  receive(options: {
    readonly most: number;
    readonly visibilityMs: number;
    readonly poll: 'short' | 'long';
  }): readonly QueueMessage[] {
    this.#forgetOld();
    const now = this.#nowMs;
    const visible = this.#messages.filter((message) => message.visibleAtMs <= now);
    const kept = visible.filter((message) => !this.#moveToDeadLetters(message));
    const seen = options.poll === 'long' ? kept : kept.filter(() => this.#random.chance(0.75));
    return this.#shuffled(seen)
      .slice(0, options.most)
      .map((message) => this.#deliver(message, now + options.visibilityMs));
  }

  /** @internal `unknown`: no such handle was ever given out. An outdated one is taken, and deletes nothing. */
  delete(handle: string): 'done' | 'unknown' {
    const message = this.#handles.get(handle);
    if (message === undefined) return 'unknown';
    if (message.handle === handle) this.#messages = this.#messages.filter((other) => other !== message);
    return 'done';
  }

  /** @internal The message in flight under this handle. */
  inFlight(handle: string): QueueMessage | 'unknown' | 'not-in-flight' {
    const message = this.#handles.get(handle);
    if (message === undefined) return 'unknown';
    const flies = this.#messages.includes(message) && message.visibleAtMs > this.#nowMs;
    return flies && message.handle === handle ? message : 'not-in-flight';
  }

  #add(message: QueueMessage): void {
    this.#messages.push(message);
    for (const listener of [...this.#arrivals]) listener();
  }

  #deliver(message: QueueMessage, visibleAtMs: number): QueueMessage {
    const now = this.#nowMs;
    if (this.#random.chance(this.#options.duplicates ?? 0)) {
      const later = now + this.#random.integer(0, DUPLICATE_WITHIN_MS);
      this.#add({ ...message, receiveCount: message.receiveCount + 1, visibleAtMs: later });
    }
    message.receiveCount += 1;
    message.firstReceivedAtMs ??= now;
    message.lastReceivedAtMs = now;
    message.visibleAtMs = visibleAtMs;
    message.handle = Buffer.from(`${message.messageId} ${this.#random.hex(32)}`).toString('base64');
    this.#handles.set(message.handle, message);
    return { ...message };
  }

  #moveToDeadLetters(message: QueueMessage): boolean {
    const { deadLetters } = this.#options;
    if (deadLetters === undefined || message.receiveCount < deadLetters.maxReceiveCount) return false;
    this.#messages = this.#messages.filter((other) => other !== message);
    // The time of sending stays: retention goes on counting.
    deadLetters.queue.#add({
      ...fresh(message.messageId, message.body),
      sentAtMs: message.sentAtMs,
      visibleAtMs: this.#nowMs,
    });
    return true;
  }

  #forgetOld(): void {
    const oldest = this.#nowMs - milliseconds(this.#options.retention ?? { days: 4 });
    this.#messages = this.#messages.filter(({ sentAtMs }) => sentAtMs >= oldest);
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, order: this.#random.integer(0, 1_000_000) }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }
}

function fresh(messageId: string, body: string): Omit<QueueMessage, 'sentAtMs' | 'visibleAtMs'> {
  return {
    messageId,
    body,
    receiveCount: 0,
    firstReceivedAtMs: undefined,
    lastReceivedAtMs: undefined,
    handle: undefined,
  };
}

export const queuesOf = slice((_region: SimulatedRegion) => new Map<string, SimulatedQueue>());

/**
 * Puts a standard SQS queue into the region.
 *
 * @example
 * const dead = addQueue(region, { name: 'findings-dead' });
 * const queue = addQueue(region, { name: 'findings', deadLetters: { queue: dead, maxReceiveCount: 5 } });
 */
export function addQueue(region: SimulatedRegion, options: QueueOptions): SimulatedQueue {
  const queue = new SimulatedQueue(region, options);
  queuesOf(region).set(queue.url, queue);
  return queue;
}
