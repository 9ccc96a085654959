import type { Finding } from '../engine/finding.js';
import { parseAsff } from './asff.js';
import type { Parsed, Source } from './draft.js';
import { type FindingForm, unwrap } from './envelope.js';
import { parseGuardDuty } from './guardduty.js';
import { parseOcsf } from './ocsf.js';
import type { FindingProblem } from './problem.js';

export interface ParsedFindings {
  /** In the input's order; a finding that names several instances stands once for each. */
  readonly findings: readonly Finding[];
  readonly problems: readonly FindingProblem[];
}

const PARSERS: Readonly<Record<FindingForm, (source: Source) => Parsed>> = {
  guardduty: parseGuardDuty,
  asff: parseAsff,
  ocsf: parseOcsf,
};

/**
 * Findings of GuardDuty and Security Hub (ASFF, OCSF) in whatever they come: bare, in a list, as EventBridge event,
 * `GetFindings` answer, SNS or SQS records, as objects or as JSON text. Never throws: what cannot be used is a problem
 * that names the field, and the good ones are there all the same.
 *
 * @example
 * const { findings, problems } = parseFindings(event);
 */
export function parseFindings(input: unknown): ParsedFindings {
  const { found, problems } = unwrap(input);
  const parsed = found.map(({ form, value, path }) => PARSERS[form]({ value, path }));
  return {
    findings: parsed.flatMap(({ findings }) => findings),
    problems: [...problems, ...parsed.flatMap((one) => one.problems)],
  };
}
