import { EXIT } from './exit-codes.js';

export type CliErrorCode =
  | 'USAGE'
  | 'NO_CONFIG'
  | 'BAD_CONFIG'
  | 'NO_FINDING'
  | 'BAD_FINDING'
  | 'NEEDS_YES'
  | 'NO_INCIDENT'
  | 'IN_USE'
  | 'OTHER_PLAN'
  | 'JOURNALS_DAMAGED'
  | 'NO_EVIDENCE'
  | 'NO_FOLDER'
  | 'NOT_WRITTEN';

interface CliErrorOptions {
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly advice: string;
  /** Default 2: nothing was touched. */
  readonly exit?: number;
}

/** Something that the person at the keyboard can put right. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly advice: string;
  readonly exit: number;

  constructor(
    readonly code: CliErrorCode,
    { message, advice, exit = EXIT.usage }: CliErrorOptions,
  ) {
    super(message);
    this.advice = advice;
    this.exit = exit;
  }
}
