import type { Value, Variables } from '../values/value.js';

/** The variables of the file or of one running function. */
export class Scope implements Variables {
  readonly variables = new Map<string, Value>();
  /** Names that `global` ties to the file's scope. */
  readonly globalNames = new Set<string>();
  /** What a variable that is not set holds, after `extract($_POST)` and its like. */
  fallback: Value | null = null;
  /** What a running function was called with. */
  arguments: readonly Value[] = [];

  constructor(
    /** The class whose method runs, or an empty string. */
    readonly className: string = '',
  ) {}
}
