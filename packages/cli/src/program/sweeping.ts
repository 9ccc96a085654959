import { InvalidArgumentError, type Command as Program } from 'commander';
import type { SweepCommandOptions } from '../commands/sweep.js';
import { action, examples, type Making } from './action.js';

function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It is a number of hours.');
  return value;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const CODES = `
Exit codes: 0 nothing is left over, or all of it was deleted; 3 something is left over or suspicious; 1 something could
not be looked at or deleted; 2 usage.
Deleted is only what carries an incident's tag and is named by its journal. What contains a suspect stays until its
release, evidence stays, and what an open incident may still need stays until it was silent for --silent hours.`;

/** `cordon sweep`. */
export function addSweeping(program: Program, making: Making): void {
  program
    .command('sweep')
    .summary('find, and delete, what dead runs have left in AWS')
    .description(
      'Finds what dead runs have left in both accounts: instances, volumes, snapshots, groups, uploads, windows that stand open. Deletes nothing without --delete.',
    )
    .option('--delete', 'delete what is left over, and close what stands open')
    .option('--incident <id>', 'only this incident; may be repeated', collected)
    .option('--silent <hours>', 'an open incident that was silent for so long is dead (default: 48)', hours)
    .option('--approver <name>', 'who wants it deleted; stands in the journal', 'cordon sweep')
    .option('--reason <text>', 'why; stands in the journal', 'left over by a run that has ended')
    .option('--all', 'list evidence and containment too, which stay')
    .option('--json', 'as JSON lines')
    .addHelpText(
      'after',
      CODES +
        examples('cordon sweep', 'cordon sweep --delete --approver ada --reason "after the crash of 12 May"'),
    )
    .action(
      action<SweepCommandOptions>(making, {
        load: async () => (await import('../commands/sweep.js')).sweepCommand,
      }),
    );
}
