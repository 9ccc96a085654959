import {
  type Finding,
  type FindingFilterOptions,
  type FindingProblem,
  findingFilter,
  manualFinding,
} from '@cordon/core';
import { CliError } from '../cli-error.js';
import type { Console } from '../console.js';
import { plainText } from '../text/plain-text.js';
import { readFindings } from './read-findings.js';

/** What the command line says about where findings come from. */
export interface FindingOptions {
  readonly finding?: string | undefined;
  readonly instance?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly reason?: string | undefined;
  readonly minSeverity?: number | undefined;
}

export interface Accepted {
  readonly findings: readonly Finding[];
  /** Findings that could be read and are not to start anything. */
  readonly refused: number;
  readonly problems: number;
}

const DEFAULT_FILTER: FindingFilterOptions = { minimumSeverity: 7 };

function byHand({ instance = '', account, region, reason }: FindingOptions): Finding {
  if (account === undefined || region === undefined || reason === undefined)
    throw new CliError('USAGE', {
      message: '--instance needs --account, --region and --reason',
      advice:
        'Example: --instance i-0f3a9c51d2b7e8460 --account 111122223333 --region eu-west-1 --reason "..."',
    });
  try {
    return manualFinding({ instanceId: instance, account, region, reason });
  } catch (error) {
    throw new CliError('BAD_FINDING', {
      message: error instanceof Error ? error.message : String(error),
      advice: 'An instance is i-..., an account twelve digits, a region like eu-west-1; the reason is yours.',
    });
  }
}

function tellProblem(console: Console, { code, path, message, value }: FindingProblem): void {
  const at = path === '' ? 'the input' : plainText(path, 200);
  const stands = value === undefined ? '' : ` (it is ${plainText(value, 120)})`;
  console.remark(`${console.paint.warn(code)}  ${at}: ${plainText(message)}${stands}`);
}

/** The findings that are to start an incident; what is wrong with the others is told on stderr. */
export async function acceptedFindings(
  console: Console,
  options: FindingOptions,
  configured: FindingFilterOptions = DEFAULT_FILTER,
): Promise<Accepted> {
  if (options.instance !== undefined) return { findings: [byHand(options)], refused: 0, problems: 0 };
  const { findings, problems } = await readFindings(console.io, options.finding ?? '-');
  for (const problem of problems) tellProblem(console, problem);
  const { minSeverity = configured.minimumSeverity } = options;
  const filter = findingFilter({ ...configured, minimumSeverity: minSeverity });
  const accepted = findings.filter((finding) => {
    const answer = filter(finding);
    if (!answer.accepted)
      console.remark(
        `${console.paint.warn('NOT_ACCEPTED')}  ${finding.suspect.instanceId} ${plainText(finding.type, 80)}: ${plainText(answer.reason)}`,
      );
    return answer.accepted;
  });
  return { findings: accepted, refused: findings.length - accepted.length, problems: problems.length };
}
