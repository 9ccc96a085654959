import type { Events } from './events.js';
import { type Match, Search } from './search.js';

/** What the reader asked to see. Changing it tells whoever draws. */
export class View {
  fromMs: number;
  toMs: number;
  leastSeverity = 0;
  readonly hiddenLanes = new Set<number>();
  /** Places of the events that are shown, oldest first. */
  shown: Int32Array;
  readonly #search: Search;
  #match: Match = () => true;
  readonly #drawers: (() => void)[] = [];

  constructor(readonly events: Events) {
    this.fromMs = events.firstMs;
    this.toMs = events.lastMs;
    this.shown = new Int32Array(0);
    this.#search = new Search(events.data);
  }

  onChange(draw: () => void): void {
    this.#drawers.push(draw);
  }

  search(text: string): void {
    this.apply(text);
  }

  /** @returns whether the lane is shown now */
  toggleLane(lane: number): boolean {
    if (!this.hiddenLanes.delete(lane)) this.hiddenLanes.add(lane);
    this.apply();
    return !this.hiddenLanes.has(lane);
  }

  span(fromMs: number, toMs: number): void {
    const { firstMs, lastMs } = this.events;
    // A second at least: an axis needs a length.
    const length = Math.min(Math.max(toMs - fromMs, 1000), Math.max(lastMs - firstMs, 1000));
    this.fromMs = Math.min(Math.max(fromMs, firstMs), Math.max(firstMs, lastMs - length));
    this.toMs = this.fromMs + length;
    this.apply();
  }

  whole(): void {
    this.span(this.events.firstMs, this.events.lastMs);
  }

  intrusion(): void {
    const { focus } = this.events;
    if (focus === null) this.whole();
    else this.span(focus[0], focus[1]);
  }

  /** Around the middle: 0.5 shows half as much, 2 twice as much. */
  zoom(factor: number): void {
    const half = ((this.toMs - this.fromMs) / 2) * factor;
    const middle = (this.fromMs + this.toMs) / 2;
    this.span(middle - half, middle + half);
  }

  /** By a part of what is shown; negative: to the past. */
  move(part: number): void {
    const by = (this.toMs - this.fromMs) * part;
    this.span(this.fromMs + by, this.toMs + by);
  }

  /** @param text - words to look for from now on; those of before, when left out */
  apply(text?: string): void {
    performance.mark('filter');
    if (text !== undefined) this.#match = this.#search.for(text);
    const kept = new Int32Array(this.events.length);
    let count = 0;
    for (let index = 0; index < this.events.length; index += 1)
      if (this.#shows(index)) {
        kept[count] = index;
        count += 1;
      }
    this.shown = kept.subarray(0, count);
    for (const draw of this.#drawers) draw();
    performance.measure('cordon:filter', 'filter');
  }

  #shows(index: number): boolean {
    const { events } = this;
    const at = events.times[index] ?? 0;
    if (at < this.fromMs || at > this.toMs || (events.severity[index] ?? 0) < this.leastSeverity)
      return false;
    if (this.hiddenLanes.has(events.lane[index] ?? 0)) return false;
    return this.#match(index);
  }
}
