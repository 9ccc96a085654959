import type * as v from 'valibot';
import type { Source } from './draft.js';
import { spelled } from './lenient.js';
import { type FindingProblem, type PathSegment, problem } from './problem.js';

/** The way to a field of the finding, as the input spells it. */
export function fieldPath({ value, path }: Source, ...names: readonly PathSegment[]): readonly PathSegment[] {
  return [...path, ...spelled(value, names)];
}

/** What a schema found wrong, as problems. */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  source: Source,
): readonly FindingProblem[] {
  return issues.map((issue) => {
    const names = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
    const path = fieldPath(source, ...names);
    return issue.input === undefined
      ? problem({ code: 'MISSING_FIELD', path, message: `${names.join('.')} is absent` })
      : problem({
          code: 'BAD_FIELD',
          path,
          message: `${names.join('.')} must be ${issue.expected ?? 'an object'}`,
          value: issue.input,
        });
  });
}
