/** What a page must hold to be taken for a shell in a language that no evaluator reads. */
export interface LexicalRule {
  readonly id: string;
  readonly weight: number;
  readonly reason: string;
  /** All must be found. Every repeat is bounded, so that the time is linear in the text. */
  readonly all: readonly RegExp[];
  /** Longer sources have other reasons for these words. */
  readonly maxLength?: number;
}
