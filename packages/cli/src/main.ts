import { readFileSync } from 'node:fs';
import { CommanderError, Command as Program } from 'commander';
import { CliError } from './cli-error.js';
import { Console } from './console.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { addActing } from './program/acting.js';
import type { Making } from './program/action.js';
import { addAnalyzing } from './program/analyzing.js';
import { addLooking } from './program/looking.js';
import { addSweeping } from './program/sweeping.js';
import { wantsColour } from './text/paint.js';

/** Beside `dist`, and beside `src`. */
const PACKAGE = new URL('../package.json', import.meta.url);

function version(): string {
  const described: unknown = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  const known = typeof described === 'object' && described !== null && 'version' in described;
  return known ? String(described.version) : 'unknown';
}

const HELP_WIDTH = 100;

const ABOUT = `Contains a compromised EC2 instance, preserves its memory and disks, examines them, and proves it.

The pipeline, the accounts and the journal come from cordon.config.ts (or .mjs, .js), here or in a folder above.`;

function makeProgram(making: Making): Program {
  const { io } = making.console;
  const program = new Program('cordon')
    .description(ABOUT)
    .version(version(), '-V, --version', 'print the version')
    .option('-c, --config <file>', 'the configuration, instead of the nearest cordon.config.*')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Told once, by the console, as every other error.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(making.console.width, HELP_WIDTH),
      getErrHelpWidth: () => Math.min(making.console.width, HELP_WIDTH),
      getOutHasColors: () => wantsColour({ isTTY: io.stdout.isTTY === true, env: io.env }),
      getErrHasColors: () => wantsColour({ isTTY: io.stderr.isTTY === true, env: io.env }),
    });
  addActing(program, making);
  addLooking(program, making);
  addAnalyzing(program, making);
  addSweeping(program, making);
  return program;
}

/** Commander's complaints as one of ours; help and version are none. */
function usageError({ code, message, exitCode }: CommanderError): CliError | undefined {
  if (exitCode === 0 || code === 'commander.help' || code === 'commander.helpDisplayed') return undefined;
  return new CliError('USAGE', {
    message: message.replace(/^error: /, '').replace(/\n+/g, ' '),
    advice: '`cordon --help` and `cordon COMMAND --help` show what there is.',
  });
}

/**
 * The `cordon` command: does what `argv` says (without `node` and the script's name), resolves with the exit code.
 * Never rejects: what goes wrong is told on stderr.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const making: Making = { console: new Console(io), invocation: { exit: EXIT.complete } };
  const program = makeProgram(making);
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return making.invocation.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return making.console.complain(error).exit;
    const usage = usageError(error);
    return usage === undefined ? EXIT.complete : making.console.complain(usage).exit;
  }
}
