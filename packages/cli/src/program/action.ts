import type { Command as Program } from 'commander';
import type { Command } from '../commands/command-line.js';
import type { Console } from '../console.js';

/** What commands are made with, and where their exit code goes. */
export interface Making {
  readonly console: Console;
  readonly invocation: { exit: number };
}

interface Action<Options> {
  /** Loads the command's code: `--help` loads none. */
  readonly load: () => Promise<(run: Command<Options>) => Promise<number>>;
  /** Names of the positional arguments, among the options. */
  readonly arguments?: readonly string[];
}

/** What commander calls when a command was typed. */
export function action<Options extends object>(
  { console, invocation }: Making,
  { load, arguments: names = [] }: Action<Options>,
): (...given: readonly unknown[]) => Promise<void> {
  return async (...given) => {
    const program = given.at(-1) as Program; // Commander hands itself over last.
    const named = Object.fromEntries(names.map((name, at) => [name, given[at]]));
    // Commander has parsed what the command declares: its declaration and `Options` stand side by side.
    const options = { ...program.optsWithGlobals(), ...named } as Options;
    const command = await load();
    invocation.exit = await command({ console, options });
  };
}

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\n\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
