import { DamagedArchive } from '../byte-queue.js';
import { AT, LENGTH, MOST_LITERAL_BITS } from './lzma-model.js';
import { RangeDecoder } from './range-decoder.js';
import type { Window } from './window.js';

const SHORTEST = 2;
/** States below have a literal behind them. */
const AFTER_LITERAL = 7;

/** Unpacks LZMA as LZMA2 cuts it: pieces of known length, which go on where the last one ended. */
export class LzmaDecoder {
  readonly #range = new RangeDecoder();
  #literalContext = 0;
  #literalPosition = 0;
  #positionMask = 0;
  #state = 0;
  /** The last four distances, less one. */
  #reps: [number, number, number, number] = [0, 0, 0, 0];
  /** Bytes since the dictionary began. */
  #total = 0;

  constructor(private readonly window: Window) {}

  /** @param properties - literal context, literal position and position bits, as one byte */
  configure(properties: number): void {
    if (properties > (4 * 5 + 4) * 9 + 8) throw new DamagedArchive('bad LZMA properties');
    this.#literalContext = properties % 9;
    this.#literalPosition = Math.floor(properties / 9) % 5;
    this.#positionMask = (1 << Math.floor(properties / 45)) - 1;
    if (this.#literalContext + this.#literalPosition > MOST_LITERAL_BITS)
      throw new DamagedArchive('bad LZMA properties');
    this.reset();
  }

  reset(): void {
    this.#range.reset();
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
  }

  /** Positions are counted from here. */
  restart(): void {
    this.#total = 0;
  }

  /** Stored bytes count too. */
  passed(count: number): void {
    this.#total += count;
  }

  /** Unpacks a piece to exactly `count` bytes of the window. */
  piece(input: Uint8Array, count: number): void {
    if (input.length < 5) throw new DamagedArchive('an LZMA piece is too short');
    const { window } = this;
    window.reserve(count);
    this.#range.begin(input);
    const end = window.at + count;
    while (window.at < end) {
      const positionState = this.#total & this.#positionMask;
      const before = window.at;
      if (this.#range.bit(AT.isMatch + (this.#state << 4) + positionState) === 0) this.#literal();
      else this.#match(positionState, end);
      this.#total += window.at - before;
    }
    if (!this.#range.isAtEnd) throw new DamagedArchive('an LZMA piece is longer than it says');
  }

  #literal(): void {
    const { window } = this;
    const { bytes, at } = window;
    const previous = at > 0 ? (bytes[at - 1] ?? 0) : 0;
    const position = this.#total & ((1 << this.#literalPosition) - 1);
    const context = (position << this.#literalContext) + (previous >> (8 - this.#literalContext));
    const start = AT.literal + 0x300 * context;
    bytes[at] = this.#state < AFTER_LITERAL ? this.#range.tree(start, 8) : this.#matchedLiteral(start);
    window.at = at + 1;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** After a match, the byte that would have come next tells much of the one that does. */
  #matchedLiteral(start: number): number {
    const { bytes, at } = this.window;
    let match = bytes[at - this.#reps[0] - 1] ?? 0;
    let node = 1;
    let offset = 0x100;
    while (node < 0x100) {
      match <<= 1;
      const expected = match & offset;
      const bit = this.#range.bit(start + offset + expected + node);
      node = (node << 1) | bit;
      offset &= bit === 1 ? match : ~match;
    }
    return node & 0xff;
  }

  #match(positionState: number, end: number): void {
    const range = this.#range;
    const state = this.#state;
    if (range.bit(AT.isRep + state) === 0) {
      const [rep0, rep1, rep2] = this.#reps;
      const length = this.#length(AT.matchLength, positionState);
      this.#state = state < AFTER_LITERAL ? 7 : 10;
      this.#reps = [this.#distance(length), rep0, rep1, rep2];
      this.#copy(length + SHORTEST, end);
      return;
    }
    if (range.bit(AT.isRepG0 + state) === 0) {
      if (range.bit(AT.isRep0Long + (state << 4) + positionState) === 0) {
        this.#state = state < AFTER_LITERAL ? 9 : 11;
        this.#copy(1, end);
        return;
      }
    } else this.#recall(state);
    this.#state = state < AFTER_LITERAL ? 8 : 11;
    this.#copy(this.#length(AT.repLength, positionState) + SHORTEST, end);
  }

  /** Brings an older distance to the front. */
  #recall(state: number): void {
    const [rep0, rep1, rep2, rep3] = this.#reps;
    if (this.#range.bit(AT.isRepG1 + state) === 0) this.#reps = [rep1, rep0, rep2, rep3];
    else if (this.#range.bit(AT.isRepG2 + state) === 0) this.#reps = [rep2, rep0, rep1, rep3];
    else this.#reps = [rep3, rep0, rep1, rep2];
  }

  #length(coder: number, positionState: number): number {
    const range = this.#range;
    if (range.bit(coder + LENGTH.choice) === 0)
      return range.tree(coder + LENGTH.low + (positionState << 3), 3);
    if (range.bit(coder + LENGTH.choice2) === 0)
      return 8 + range.tree(coder + LENGTH.mid + (positionState << 3), 3);
    return 16 + range.tree(coder + LENGTH.high, 8);
  }

  /** Less one. */
  #distance(length: number): number {
    const range = this.#range;
    const slot = range.tree(AT.positionSlot + (Math.min(length, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    if (slot < 14) return base + range.reverseTree(AT.positionSpecial + base - slot, bits);
    const high = range.direct(bits - 4) * 16;
    return (base >>> 0) + high + range.reverseTree(AT.align, 4);
  }

  #copy(length: number, end: number): void {
    const { window } = this;
    const [rep0] = this.#reps;
    if (rep0 >= window.reach || window.at + length > end)
      throw new DamagedArchive('an LZMA match lies outside');
    const { bytes } = window;
    let { at } = window;
    const from = at - rep0 - 1;
    // Byte by byte: a match may overlap what it writes.
    for (let copied = 0; copied < length; copied += 1) bytes[at + copied] = bytes[from + copied] ?? 0;
    at += length;
    window.at = at;
  }
}
