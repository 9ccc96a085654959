import { InvalidArgumentError, Option, type Command as Program } from 'commander';
import type { ReleaseCommandOptions } from '../commands/release.js';
import type { RetryCommandOptions } from '../commands/retry.js';
import type { RunCommandOptions } from '../commands/run.js';
import { action, examples, type Making } from './action.js';
import { addApproving } from './approving.js';

function severity(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 10)) throw new InvalidArgumentError('It is 0 to 10.');
  return value;
}

const RUN_CODES = `
Exit codes: 0 complete, 3 incomplete, 4 not contained, 5 refused, 1 engine trouble, 2 usage, 130 stopped by Ctrl-C.
Ctrl-C once stops cleanly: the incident stays open, and --incident goes on with it.`;

function withFindings(command: Program): Program {
  return command
    .addOption(
      new Option(
        '-f, --finding <file>',
        'GuardDuty or Security Hub findings, in any envelope; - is standard input',
      ).conflicts(['instance', 'incident']),
    )
    .addOption(
      new Option(
        '-i, --instance <id>',
        'a suspicion of your own, with --account, --region and --reason',
      ).conflicts('incident'),
    )
    .option('--account <id>', 'the account that owns the instance')
    .option('--region <name>', 'the region it runs in')
    .option('--reason <text>', 'why; stands in the journal and the report')
    .option('--incident <id>', 'go on with an incident that was begun')
    .option(
      '--min-severity <number>',
      'take findings from this severity on, instead of the configured one',
      severity,
    );
}

function addRun(program: Program, making: Making): void {
  withFindings(program.command('run'))
    .summary('run the pipeline on findings, or go on with an incident')
    .description('Runs the pipeline on every finding that the filter accepts, or goes on with an incident.')
    .option('-y, --yes', 'do not ask before the suspect is touched')
    .option('--plain', 'timestamped lines instead of a live picture')
    .option('--json', 'entries, progress and result as JSON lines')
    .addHelpText(
      'after',
      RUN_CODES +
        examples(
          'cordon run --finding finding.json',
          'aws guardduty get-findings ... | cordon run --finding - --yes',
          'cordon run --instance i-0f3a9c51d2b7e8460 --account 111122223333 --region eu-west-1 --reason "talks to a C2"',
          'cordon run --incident inc-20261120t0335-5f0c2a91',
        ),
    )
    .action(
      action<RunCommandOptions>(making, {
        load: async () => (await import('../commands/run.js')).runCommand,
      }),
    );
}

const LATER_CODES = `
Exit codes: those of cordon run; 2 also where the incident does not allow it.`;

function withOrder(command: Program): Program {
  return command
    .requiredOption('--approver <name>', 'who answers for it; stands in the journal')
    .requiredOption('--reason <text>', 'why; stands in the journal')
    .option('--plain', 'timestamped lines instead of a live picture')
    .option('--json', 'entries, progress and result as JSON lines');
}

function addRetry(program: Program, making: Making): void {
  withOrder(program.command('retry <incident> <step>'))
    .summary('try a failed step again')
    .description(
      'Tries one failed or skipped step again, with all that was skipped because of it. Of an open incident: the process that drives it does so, or this command when there is none. Of a closed one: in a run of its own.',
    )
    .addHelpText(
      'after',
      LATER_CODES +
        examples(
          'cordon retry inc-20261120t0335-5f0c2a91 memory.lime --approver ada --reason "module built"',
        ),
    )
    .action(
      action<RetryCommandOptions>(making, {
        load: async () => (await import('../commands/retry.js')).retryCommand,
        arguments: ['incident', 'step'],
      }),
    );
}

function addRelease(program: Program, making: Making): void {
  withOrder(program.command('release <incident>'))
    .summary('let the suspect out again')
    .description('Undoes the containment of a closed incident, last first, and says what is not as it was.')
    .option('--force', 'although high or critical observations are on record')
    .addHelpText(
      'after',
      LATER_CODES +
        examples('cordon release inc-20261120t0335-5f0c2a91 --approver ada --reason "false alarm"'),
    )
    .action(
      action<ReleaseCommandOptions>(making, {
        load: async () => (await import('../commands/release.js')).releaseCommand,
        arguments: ['incident'],
      }),
    );
}

/** Commands that change something. */
export function addActing(program: Program, making: Making): void {
  addRun(program, making);
  addApproving(program, making);
  addRetry(program, making);
  addRelease(program, making);
}
