import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/** An error as a person is told of it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  readonly exit: number;
}

type Known = Omit<ErrorReport, 'message'>;

/** Errors of `@cordon/core`, by their class's name: the user's configuration may bring its own copy of the package. */
const BY_NAME: ReadonlyMap<string, Known> = new Map([
  [
    'PipelineError',
    {
      code: 'PIPELINE',
      advice: 'Correct the pipeline in the configuration; nothing was touched.',
      exit: EXIT.usage,
    },
  ],
  [
    'JournalDamaged',
    {
      code: 'JOURNAL_DAMAGED',
      advice:
        'Keep the journal as it is, and look with `cordon verify`: what was altered is not resumed from.',
      exit: EXIT.trouble,
    },
  ],
  [
    'JournalInUse',
    {
      code: 'JOURNAL_IN_USE',
      advice: 'Another process drives this incident: wait for it, or end it first.',
      exit: EXIT.trouble,
    },
  ],
  [
    'JournalConflict',
    {
      code: 'JOURNAL_CONFLICT',
      advice: 'Somebody else wrote to the journal at the same time: run the command again.',
      exit: EXIT.trouble,
    },
  ],
  [
    'StepVersionChanged',
    {
      code: 'STEP_VERSION_CHANGED',
      advice: 'Install the version of the step that began the incident, and run the command again.',
      exit: EXIT.trouble,
    },
  ],
]);

/** Why a release or a retry was not begun, by its code. */
const LATER_ADVICE: Readonly<Record<string, string>> = {
  NOT_CLOSED: 'Go on with it: cordon run --incident ID.',
  NO_INCIDENT: 'See which there are: cordon list.',
  NO_REASON: 'Give --approver and --reason.',
  NO_SUCH_STEP: 'See the steps: cordon show ID.',
  NOT_FAILED: 'See which steps failed or were skipped: cordon show ID.',
  RELEASE_CONFLICT: 'Look at the observations with `cordon show ID`; --force releases all the same.',
};

/** Why an answer was not taken, by its code. */
const APPROVAL_ADVICE: Readonly<Record<string, string>> = {
  NO_QUESTION: 'See what waits: cordon approve ID.',
  SEVERAL_QUESTIONS: 'Name the one that you answer with --step.',
  ALREADY_ANSWERED: 'See what was said: cordon show ID.',
  TOO_LATE: 'The configured answer counts now.',
  BAD_ANSWER: 'Give --as NAME, and keep --reason short.',
};

/** What ends a run that is to be gone on with, by its code. */
const OPEN_ADVICE: Readonly<Record<string, string>> = {
  CREDENTIALS_LOST: 'Log in to AWS again (AWS_PROFILE, aws sso login), then go on: nothing was given up.',
};

/** Errors of `@cordon/core` that carry a code of their own, by their class's name. */
const CODED: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['LaterRunRefused', LATER_ADVICE],
  ['ApprovalRefused', APPROVAL_ADVICE],
]);

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

function known(error: unknown): Known | undefined {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return undefined;
  const advice = CODED.get(error.name)?.[codeOf(error) ?? ''];
  if (advice !== undefined) return { code: codeOf(error) ?? '', advice, exit: EXIT.usage };
  const open = OPEN_ADVICE[codeOf(error) ?? ''];
  if (open !== undefined) return { code: codeOf(error) ?? '', advice: open, exit: EXIT.trouble };
  return BY_NAME.get(error.name);
}

/** Anything thrown, as a code, a sentence and what to do. */
export function errorReport(error: unknown): ErrorReport {
  const report = known(error);
  const message = messageOf(error);
  if (report !== undefined) return { code: report.code, advice: report.advice, exit: report.exit, message };
  return {
    code: codeOf(error) ?? 'UNEXPECTED',
    message,
    advice: 'An incident that was begun stays open and resumes. CORDON_DEBUG=1 shows where it happened.',
    exit: EXIT.trouble,
  };
}
