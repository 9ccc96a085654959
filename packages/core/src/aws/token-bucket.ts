import type { Clock } from '../engine/clock.js';

export interface BucketSize {
  /** Tokens in a full bucket: how many calls may be made at once. */
  readonly capacity: number;
  readonly perSecond: number;
}

/**
 * Tokens in the order in which they are asked for, so that nobody who calls often comes before one who calls once. On the
 * given clock: the libraries that there are count on timers of their own.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  readonly #clock: Clock;
  /** Below nothing: what those who wait have been promised. */
  #tokens: number;
  #atMs: number;

  constructor(size: BucketSize, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
    this.#tokens = size.capacity;
    this.#atMs = clock.now().getTime();
  }

  /** Resolves when the token is there; rejects with the signal's reason, and the token goes to others. */
  async take(signal?: AbortSignal): Promise<void> {
    this.#refill();
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    const waitMs = Math.ceil((-this.#tokens / this.#size.perSecond) * 1000);
    try {
      await this.#clock.sleepUntil(new Date(this.#atMs + waitMs), signal);
    } catch (error) {
      this.#tokens += 1;
      throw error;
    }
  }

  /** Takes a token where one is there for nobody else. */
  tryTake(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** The owner says that there is nothing left: somebody else has taken of it. */
  empty(): void {
    this.#refill();
    this.#tokens = Math.min(0, this.#tokens);
  }

  #refill(): void {
    const now = this.#clock.now().getTime();
    const gained = (Math.max(0, now - this.#atMs) / 1000) * this.#size.perSecond;
    this.#tokens = Math.min(this.#size.capacity, this.#tokens + gained);
    this.#atMs = now;
  }
}
