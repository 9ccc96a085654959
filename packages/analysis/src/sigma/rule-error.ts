/** What can be wrong with a rule. */
export type SigmaErrorCode =
  | 'YAML_SYNTAX'
  | 'RULE_SHAPE'
  | 'UNKNOWN_MODIFIER'
  | 'MODIFIER_MISUSE'
  | 'VALUE_TYPE'
  | 'REGEX'
  | 'PLACEHOLDER'
  | 'CONDITION_SYNTAX'
  | 'UNKNOWN_SELECTION'
  | 'UNKNOWN_RULE'
  | 'TIMESPAN'
  | 'CIRCULAR_RULES';

/** A mistake in a rule, with its place. The other rules of a file still load. */
export interface SigmaRuleError {
  readonly code: SigmaErrorCode;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Where in a document something stands: keys and indexes from the root. */
export type DocumentPath = readonly (string | number)[];

/** Thrown while a rule is compiled; becomes a {@link SigmaRuleError} where the file is known. */
export class RuleProblem extends Error {
  constructor(
    readonly code: SigmaErrorCode,
    message: string,
    readonly path: DocumentPath,
  ) {
    super(message);
    this.name = 'RuleProblem';
  }
}
