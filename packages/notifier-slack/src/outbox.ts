import type { Clock } from '@cordon/core';
import { SlackTrouble } from './transport.js';

/** Slack takes about one message a second in a channel. */
const PACE_MS = 1_100;
const FIRST_BACKOFF_MS = 2_000;
const LONGEST_BACKOFF_MS = 60_000;
const MAX_TRIES = 6;
/** Beyond that, what is least needed is left out: a dead Slack must not fill the memory. */
const MAX_WAITING = 200;

interface Letter {
  /** Letters of one name replace each other while they wait. */
  readonly name: string | undefined;
  readonly send: () => Promise<void>;
  tries: number;
}

export interface OutboxReport {
  readonly sent: number;
  readonly failed: number;
  readonly leftOut: number;
  /** What Slack said last, when it said no. */
  readonly lastTrouble: string | undefined;
}

/** Sends one letter after the other at Slack's pace. Never throws, never holds anybody up. */
export class Outbox {
  readonly #clock: Clock;
  readonly #waiting: Letter[] = [];
  #sending: Promise<void> | undefined;
  #sent = 0;
  #failed = 0;
  #leftOut = 0;
  #lastTrouble: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts a letter in. One with a name takes the place of the waiting one of that name: only the newest state counts. */
  put(send: () => Promise<void>, name?: string): void {
    const same = name === undefined ? -1 : this.#waiting.findIndex((letter) => letter.name === name);
    if (same >= 0) this.#waiting.splice(same, 1);
    else if (this.#waiting.length >= MAX_WAITING) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting.push({ name, send, tries: 0 });
    this.#sending ??= this.#sendAll();
  }

  get report(): OutboxReport {
    return { sent: this.#sent, failed: this.#failed, leftOut: this.#leftOut, lastTrouble: this.#lastTrouble };
  }

  /** Resolves when nothing waits any more, or at `until`. */
  async flush(until: Date): Promise<void> {
    const cancel = new AbortController();
    const late = this.#clock.sleepUntil(until, cancel.signal).catch(() => undefined);
    while (this.#sending !== undefined && this.#clock.now() < until)
      await Promise.race([this.#sending, late]);
    cancel.abort();
    await late;
  }

  async #sendAll(): Promise<void> {
    for (let letter = this.#waiting.shift(); letter !== undefined; letter = this.#waiting.shift()) {
      const pause = await this.#sendOne(letter);
      await this.#clock.sleepUntil(new Date(this.#clock.now().getTime() + pause));
    }
    this.#sending = undefined;
  }

  /** Tries once; milliseconds until the next letter may go. */
  async #sendOne(letter: Letter): Promise<number> {
    try {
      await (this.#clock.working === undefined ? letter.send() : this.#clock.working(letter.send));
      this.#sent += 1;
      return PACE_MS;
    } catch (error) {
      return this.#afterTrouble(letter, error);
    }
  }

  #afterTrouble(letter: Letter, error: unknown): number {
    this.#lastTrouble = error instanceof Error ? error.message : String(error);
    letter.tries += 1;
    if ((error instanceof SlackTrouble && error.final) || letter.tries >= MAX_TRIES) {
      this.#failed += 1;
      return PACE_MS;
    }
    // A newer state of the same name has made this one worthless.
    const outdated = letter.name !== undefined && this.#waiting.some((other) => other.name === letter.name);
    if (!outdated) this.#waiting.unshift(letter);
    const told = error instanceof SlackTrouble ? error.retryAfterSeconds : undefined;
    if (told !== undefined) return told * 1000;
    return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (letter.tries - 1));
  }
}
