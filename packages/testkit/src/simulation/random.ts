import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded randomness. Each purpose takes a `fork` of its own, so that one more draw here moves nothing there. */
export class Random {
  readonly #generator;

  constructor(readonly seed: string) {
    this.#generator = xoroshiro128plus(createHash('sha256').update(seed).digest().readInt32BE(0));
  }

  fork(purpose: string): Random {
    return new Random(`${this.seed}/${purpose}`);
  }

  /** Both ends included. */
  integer(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.integer(0, 999_999) < probability * 1_000_000;
  }

  /** This many characters of the alphabet. */
  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.integer(0, alphabet.length - 1)]).join('');
  }

  hex(digits: number): string {
    return this.text(digits, '0123456789abcdef');
  }
}
