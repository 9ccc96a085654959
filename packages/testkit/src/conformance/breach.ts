/** What a step may do wrong, as a stable word. Codes of `compile` (`NEED_NOT_PROVIDED`, ...) come up too. */
export const BREACH_CODES = [
  'ID_FOREIGN',
  'TITLE_NOT_A_SENTENCE',
  'FACT_NAME_FOREIGN',
  'ACTION_NOT_AN_ACTION',
  'TIMEOUT_UNSOUND',
  'DOES_NOT_SUCCEED',
  'FACT_NOT_JSON',
  'TICKET_NOT_JSON',
  'UNDECLARED_ACTION',
  'ACTION_NOT_CALLED',
  'EFFECT_NOT_TOLD',
  'CHANGES_WHILE_LOOKING',
  'NOT_HARMLESS',
  'SECRET_IN_COMMAND',
  'FINDING_IN_COMMAND',
  'MADE_TWICE',
  'SENT_TWICE',
  'POLL_NOT_REPEATABLE',
  'RECOVER_INVENTS',
  'RECOVER_BLIND',
  'LOST_AFTER_FAULT',
  'ABORT_IGNORED',
  'UNDO_FAILS',
] as const;

/** One thing that a step does otherwise than the engine, or the people behind it, rely on. */
export interface Breach {
  /** One of `BREACH_CODES`, or a code of `compile`. */
  readonly code: string;
  /** One sentence: what, where, and mostly what to do instead. */
  readonly message: string;
}

/** What is worth a look and no breach: a declared action that no run called, a script that was sent again. */
const WARNINGS: ReadonlySet<string> = new Set(['ACTION_NOT_CALLED', 'SENT_TWICE', 'EFFECT_NOT_TOLD']);

export function isWarning({ code }: Breach): boolean {
  return WARNINGS.has(code);
}

function lines(breaches: readonly Breach[]): string {
  return breaches.map(({ code, message }) => `  ${code}: ${message}`).join('\n');
}

/** Everything that is wrong with a step, in one error. */
export class StepNotConforming extends Error {
  override readonly name = 'StepNotConforming';

  constructor(
    readonly step: string,
    readonly breaches: readonly Breach[],
  ) {
    super(`step '${step}' does not conform:\n${lines(breaches)}`);
  }
}
