/** So many at once. Knows how many are free, so that nobody takes more work than there is room for. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(readonly limit: number) {}

  get taken(): number {
    return this.#taken;
  }

  get free(): number {
    return Math.max(0, this.limit - this.#taken);
  }

  /** Takes one, also beyond the limit: what a dead process left goes on in any case. Call what it returns once. */
  take(): () => void {
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      if (this.free > 0) for (const wake of this.#waiting.splice(0)) wake();
    };
  }

  /** Resolves when one is free, or the signal aborts. */
  async untilFree(signal: AbortSignal): Promise<void> {
    while (this.free === 0 && !signal.aborted)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
  }
}
