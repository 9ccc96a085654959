import { EVEN_ODDS, MODEL_SIZE } from './lzma-model.js';

/** The range coder of LZMA. Numbers are kept as 32-bit integers, and compared as if unsigned: that is twice as fast. */
export class RangeDecoder {
  readonly odds = new Uint16Array(MODEL_SIZE).fill(EVEN_ODDS);
  #range = -1;
  #code = 0;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;

  reset(): void {
    this.odds.fill(EVEN_ODDS);
  }

  /** Begins a piece of at least five bytes. */
  begin(input: Uint8Array): void {
    this.#input = input;
    this.#range = -1;
    this.#code = 0;
    for (this.#at = 1; this.#at < 5; this.#at += 1) this.#code = (this.#code << 8) | (input[this.#at] ?? 0);
  }

  /** Whether the piece was used up, and nothing beyond it. */
  get isAtEnd(): boolean {
    return this.#at === this.#input.length;
  }

  bit(index: number): 0 | 1 {
    const odds = this.odds[index] ?? 0;
    const bound = Math.imul(this.#range >>> 11, odds);
    const isZero = (this.#code ^ SIGN) < (bound ^ SIGN);
    if (isZero) {
      this.#range = bound;
      this.odds[index] = odds + ((2048 - odds) >> 5);
    } else {
      this.#range = (this.#range - bound) | 0;
      this.#code = (this.#code - bound) | 0;
      this.odds[index] = odds - (odds >> 5);
    }
    if ((this.#range & TOP) === 0) this.#refill();
    return isZero ? 0 : 1;
  }

  /** A symbol of a binary tree with that many levels. */
  tree(start: number, levels: number): number {
    let node = 1;
    for (let level = 0; level < levels; level += 1) node = (node << 1) | this.bit(start + node);
    return node - (1 << levels);
  }

  /** The same, lowest bit first. */
  reverseTree(start: number, levels: number): number {
    let node = 1;
    let symbol = 0;
    for (let level = 0; level < levels; level += 1) {
      const bit = this.bit(start + node);
      node = (node << 1) | bit;
      symbol |= bit << level;
    }
    return symbol;
  }

  /** Bits of even odds. */
  direct(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      this.#range >>>= 1;
      const isOne = (this.#code ^ SIGN) >= (this.#range ^ SIGN);
      if (isOne) this.#code = (this.#code - this.#range) | 0;
      if ((this.#range & TOP) === 0) this.#refill();
      value = (value << 1) | (isOne ? 1 : 0);
    }
    return value >>> 0;
  }

  #refill(): void {
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#input[this.#at] ?? 0);
    this.#at += 1;
  }
}

const SIGN = 0x80000000 | 0;
const TOP = 0xff000000 | 0;
