import { RE2JS } from 're2js';

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

export interface Regex {
  readonly source: string;
  readonly flags: RegexFlags;
  readonly test: (text: string) => boolean;
}

/**
 * A rule's regular expression, matched in time linear in the text: rules come from users' folders and values from
 * intruders, so a backtracking engine would be an invitation. Sigma's dialect has nothing that RE2 lacks.
 *
 * @throws Error with RE2's own message when the expression is not one
 */
export function compileRegex(source: string, flags: RegexFlags): Regex {
  const bits =
    (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.multiLine ? RE2JS.MULTILINE : 0) |
    (flags.dotAll ? RE2JS.DOTALL : 0);
  const compiled = RE2JS.compile(source, bits);
  return { source, flags, test: (text) => compiled.test(text) };
}
