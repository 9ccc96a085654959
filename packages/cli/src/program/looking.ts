import type { Duration } from '@cordon/core';
import { InvalidArgumentError, Option, type Command as Program } from 'commander';
import type { ListCommandOptions } from '../commands/list.js';
import type { PlanCommandOptions } from '../commands/plan.js';
import type { ShowCommandOptions } from '../commands/show.js';
import type { VerifyCommandOptions } from '../commands/verify.js';
import { action, examples, type Making } from './action.js';

const PLAN_CODES = `
Exit codes: 0; 2 when the pipeline does not hold together; with --check 3 unless every action is allowed, or likely.
--check changes nothing: EC2 is asked by DryRun, IAM's simulator for the rest.`;

function addPlan(program: Program, making: Making): void {
  program
    .command('plan')
    .summary('show what the pipeline will do, before anything is touched')
    .description(
      'Shows every step, in order: what it needs, what it does to the suspect, whether that can be undone, what to type by hand, what it takes.',
    )
    .option('--check', 'ask AWS whether the sessions of a run would be let; needs a suspect')
    .addOption(
      new Option('-f, --finding <file>', 'plan for the first finding in it; - is standard input').conflicts(
        'instance',
      ),
    )
    .option('-i, --instance <id>', 'plan for this instance, with --account and --region')
    .option('--account <id>', 'the account that owns the instance')
    .option('--region <name>', 'the region it runs in')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      PLAN_CODES +
        examples(
          'cordon plan',
          'cordon plan --check --finding finding.json',
          'cordon plan --check --instance i-0f3a9c51d2b7e8460 --account 111122223333 --region eu-west-1',
          'cordon plan --json | jq -r ".steps[].actions.suspect[]?" | sort -u',
        ),
    )
    .action(
      action<PlanCommandOptions>(making, {
        load: async () => (await import('../commands/plan.js')).planCommand,
      }),
    );
}

const VERIFY_CODES = `
Exit codes: 0 whole, 3 open (nothing wrong, not closed yet), 1 broken.
A chain alone proves nothing to whoever can rewrite it: --head holds the journal to what was published elsewhere.`;

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function addVerify(program: Program, making: Making): void {
  program
    .command('verify [incident]')
    .summary('check the journal and the evidence')
    .description(
      'Checks that journal and evidence are as they were written, and names every entry that is not.',
    )
    .option('--journal <dir>', 'folder of a file journal, instead of the configured one')
    .option('--evidence <dir>', 'folder of a directory store, instead of the configured one')
    .option(
      '--head <hash>',
      'a head that was written down elsewhere: HASH or LEDGER=HASH; may be repeated',
      collected,
    )
    .option('--key <file>', 'public key, in PEM, that signed the heads')
    .option('--json', 'as JSON lines')
    .addHelpText(
      'after',
      VERIFY_CODES +
        examples(
          'cordon verify',
          'cordon verify inc-20261120t0335-5f0c2a91 --journal ./incidents --evidence ./incidents',
        ),
    )
    .action(
      action<VerifyCommandOptions>(making, {
        load: async () => (await import('../commands/verify.js')).verifyCommand,
        arguments: ['incident'],
      }),
    );
}

const UNITS = { s: 'seconds', m: 'minutes', h: 'hours' } as const;

function duration(text: string): Duration {
  const [, figure = '', unit = ''] = /^([0-9]{1,6})([smh])$/.exec(text) ?? [];
  const name = UNITS[unit as keyof typeof UNITS]; // The pattern lets no other through.
  if (name === undefined) throw new InvalidArgumentError('It is a time like 90s, 15m or 1h.');
  return { [name]: Number(figure) };
}

const OVERDUE_CODES = `
Exit codes: 0; with --overdue 4 when a suspect is not contained in time, 1 when a journal cannot be read.`;

function addList(program: Program, making: Making): void {
  program
    .command('list')
    .summary('list the incidents')
    .description('Lists the incidents of the journal, the youngest first: outcome, suspect, age, finding.')
    .option(
      '--overdue <time>',
      'only suspects that are not contained so long after their finding: 90s, 15m, 1h; for a scheduled check',
      duration,
    )
    .option('--journal <dir>', 'folder of a file journal, instead of the configured one')
    .option('--json', 'as JSON lines')
    .addHelpText(
      'after',
      OVERDUE_CODES +
        examples('cordon list', 'cordon list --journal ./incidents', 'cordon list --overdue 15m'),
    )
    .action(
      action<ListCommandOptions>(making, {
        load: async () => (await import('../commands/list.js')).listCommand,
      }),
    );
}

const SHOW_CODES = `
Exit codes: 0; 2 when there is no such incident.`;

function addShow(program: Program, making: Making): void {
  program
    .command('show <incident>')
    .summary('show the steps, observations and evidence of an incident')
    .description(
      'Shows the steps of an incident, everything that was observed, the evidence, and later runs.',
    )
    .option('--journal <dir>', 'folder of a file journal, instead of the configured one')
    .option('--json', 'a JSON line for each run')
    .addHelpText('after', SHOW_CODES + examples('cordon show inc-20261120t0335-5f0c2a91'))
    .action(
      action<ShowCommandOptions>(making, {
        load: async () => (await import('../commands/show.js')).showCommand,
        arguments: ['incident'],
      }),
    );
}

/** Commands that only look. */
export function addLooking(program: Program, making: Making): void {
  addPlan(program, making);
  addVerify(program, making);
  addList(program, making);
  addShow(program, making);
}
