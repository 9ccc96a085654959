/** One file of YARA rules. */
export interface YaraSource {
  /** Only for messages and reasons. */
  readonly file: string;
  readonly text: string;
}

/** A mistake in a file of rules: the file's rules are not used, the other files' are. */
export interface YaraRuleError {
  readonly file: string;
  /** 1-based; the file's beginning when the compiler names no line. */
  readonly line: number;
  readonly message: string;
}

/** A file's rules, and the names by which they must not meet those of another file. */
export interface NamedSource extends YaraSource {
  readonly names: readonly string[];
  /** It holds a `global` rule, which must not bind the rules of other files. */
  readonly isGlobal: boolean;
}

/** What the scanning process is asked. */
export type YaraRequest =
  | { readonly kind: 'compile'; readonly sources: readonly NamedSource[] }
  | {
      readonly kind: 'scan';
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly variables: YaraVariables;
    };

/** What it answers. */
export type YaraAnswer =
  | { readonly kind: 'compiled'; readonly errors: readonly YaraRuleError[] }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'scanned'; readonly id: number; readonly matches: readonly YaraMatch[] }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** The external variables that the field's scanners (LOKI, THOR) define; rules may ask for them. */
export interface YaraVariables {
  readonly filename: string;
  readonly filepath: string;
  /** With its dot. */
  readonly extension: string;
  readonly filetype: string;
  readonly owner: string;
}

/** A rule that matched. */
export interface YaraMatch {
  readonly rule: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  /** Where its strings stand, the first ones. */
  readonly strings: readonly { readonly name: string; readonly offset: number; readonly length: number }[];
}
