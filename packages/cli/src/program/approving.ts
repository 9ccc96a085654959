import type { Command as Program } from 'commander';
import type { ApproveCommandOptions } from '../commands/approve.js';
import { action, examples, type Making } from './action.js';

const ABOUT = `
Exit codes: 0; 2 when nothing waits for this answer.
Without --as it shows what is asked, and why. An answer counts once, for this incident, guard and plan; who gave it
stands in the journal, and goes to AWS as SourceIdentity. Whoever can write the journal can answer: guard it.`;

/** The command with which a person answers a run that waits for one. */
export function addApproving(program: Program, making: Making): void {
  program
    .command('approve <incident>')
    .summary('say yes or no to a run that waits for an answer')
    .description('Shows what an incident waits for a person to answer, or answers it.')
    .option('--as <name>', 'who answers; stands in the journal')
    .option('--deny', 'say no')
    .option('--reason <text>', 'why; stands in the journal')
    .option('--step <guard>', 'the guard that is answered, where several ask')
    .option('--plan <digest>', 'refuse unless the run has this plan, as `cordon plan` shows it')
    .option('--journal <dir>', 'folder of a file journal, instead of the configured one')
    .option('--json', 'as JSON lines')
    .addHelpText(
      'after',
      ABOUT +
        examples(
          'cordon approve inc-20261120t0335-5f0c2a91',
          'cordon approve inc-20261120t0335-5f0c2a91 --as ada --reason "owner knows"',
          'cordon approve inc-20261120t0335-5f0c2a91 --as ada --deny',
        ),
    )
    .action(
      action<ApproveCommandOptions>(making, {
        load: async () => (await import('../commands/approve.js')).approveCommand,
        arguments: ['incident'],
      }),
    );
}
