const nothing = (): void => {};

/** Who writes when: one at a time in a lane, lanes side by side, and now and then somebody alone. */
export class Turns {
  readonly #lanes = new Map<string, Promise<void>>();
  #alone: Promise<void> = Promise.resolve();

  inLane<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#lanes.get(lane) ?? this.#alone).then(work);
    const over = turn.then(nothing, nothing).then(() => {
      if (this.#lanes.get(lane) === over) this.#lanes.delete(lane);
    });
    this.#lanes.set(lane, over);
    return turn;
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = Promise.all([this.#alone, ...this.#lanes.values()]).then(work);
    this.#alone = turn.then(nothing, nothing);
    this.#lanes.clear();
    return turn;
  }
}
