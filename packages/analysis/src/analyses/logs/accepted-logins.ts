import type { Place } from '../../engine/reporter.js';
import { own } from './ssh-bursts.js';

/** Somebody was let in. */
export interface Login {
  readonly user: string;
  readonly address: string;
  readonly atMs: number;
  readonly method: string;
  readonly where: Place;
}

const MOST_LOGINS = 20_000;
/** A pipeline logs in every minute, and each of its logins says what the one before said. */
const APART_MS = 10 * 60_000;

/** Logins, in bounded memory: of those that follow each other closely the first stands for all. */
export class AcceptedLogins {
  readonly #logins: Login[] = [];
  readonly #last = new Map<string, number>();
  /** Those for which there was no room. */
  dropped = 0;

  add(
    { user, address, method }: Pick<Login, 'user' | 'address' | 'method'>,
    atMs: number,
    where: Place,
  ): void {
    const key = `${method} ${address} ${user}`;
    const last = this.#last.get(key);
    if (last !== undefined && Math.abs(atMs - last) < APART_MS) return;
    if (this.#logins.length >= MOST_LOGINS) {
      this.dropped += 1;
      return;
    }
    this.#last.set(own(key), atMs);
    this.#logins.push({ user: own(user), address: own(address), method: own(method), atMs, where });
  }

  all(): readonly Login[] {
    return this.#logins;
  }
}
