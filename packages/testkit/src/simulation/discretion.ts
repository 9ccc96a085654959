import { heardOf } from './overheard.js';
import { piecesOf, squeezed, textsOf } from './said.js';

/** Something that a command said and that no command may say. */
export interface Lapse {
  readonly kind: 'secret' | 'hearsay';
  /** `the secret key of ASIA...`, `the title of the finding`. */
  readonly what: string;
  /** The request that said it. */
  readonly command: object;
}

/** A text that others wrote, and what it is. */
export interface Hearsay {
  readonly what: string;
  readonly text: string;
}

/** A presigned URL carries its session's token, which is worth nothing without the key; it is short-lived, and meant. */
const SIGNED_TOKEN = /X-Amz-Security-Token=[^&\s"'\\]+/g;

/** No step's failure but a test's: nothing in a world goes on after it. */
export class Indiscretion extends Error {
  override readonly name = 'Indiscretion';

  constructor(readonly lapses: readonly Lapse[]) {
    const what = lapses.map((lapse) => lapse.what).join(' and ');
    super(
      `an SSM command holds ${what}: it stays in Systems Manager's history and on the suspect's disk, and whoever writes findings and tags would write commands`,
    );
  }
}

/**
 * What no command to a host may say: the secrets of the world, and the words of those who write findings, tags and
 * reasons. A world knows the keys that it issues, the secure parameters that it keeps, the names and tags of what a
 * command is sent to, and what the journals of this process say of findings and orders.
 */
export class Discretion {
  readonly #secrets = new Map<string, string>();
  readonly #hearsay = new Map<string, string>();
  readonly #lapses: Lapse[] = [];

  constructor(readonly onLapse: 'refuse' | 'note') {}

  /** A text that must stand in no command, in plain or in base64. */
  secret(what: string, text: string): void {
    if (text !== '') this.#secrets.set(text, what);
  }

  /** A text that somebody else wrote: no piece of it may stand in a command, however it is quoted. */
  hearsay({ what, text }: Hearsay): void {
    for (const piece of piecesOf(text)) this.#hearsay.set(piece, what);
  }

  get lapses(): readonly Lapse[] {
    return this.#lapses;
  }

  /** Takes the lapses as told: a test that has meant them goes on. */
  forgive(): readonly Lapse[] {
    return this.#lapses.splice(0);
  }

  /**
   * Hears a command before it is sent.
   *
   * @throws Indiscretion when it says what it may not, unless the world only notes that
   */
  hear(command: object, others: readonly Hearsay[] = []): void {
    const texts = textsOf(command);
    const secrets = this.#secretsIn(texts).map((what) => ({ kind: 'secret' as const, what, command }));
    const hearsay = this.#hearsayIn(texts, others).map((what) => ({
      kind: 'hearsay' as const,
      what,
      command,
    }));
    this.#lapses.push(...secrets, ...hearsay);
    this.refuseFurther();
  }

  /**
   * A step may fail unnoticed; a world in which nothing can be asked any more may not.
   *
   * @throws Indiscretion after a lapse
   */
  refuseFurther(): void {
    if (this.onLapse === 'refuse' && this.#lapses.length > 0) throw new Indiscretion(this.#lapses);
  }

  #secretsIn(texts: readonly string[]): readonly string[] {
    const bare = texts.map((text) => text.replaceAll(SIGNED_TOKEN, ''));
    return [...this.#secrets]
      .filter(([secret]) => bare.some((text) => text.includes(secret)))
      .map(([, what]) => what);
  }

  #hearsayIn(texts: readonly string[], others: readonly Hearsay[]): readonly string[] {
    const said = texts.map(squeezed).join('\n');
    const beside = others.flatMap(({ what, text }) => piecesOf(text).map((piece) => [piece, what] as const));
    const known = new Map([...heardOf(), ...this.#hearsay, ...beside]);
    return [...new Set([...known].filter(([piece]) => said.includes(piece)).map(([, what]) => what))];
  }
}
