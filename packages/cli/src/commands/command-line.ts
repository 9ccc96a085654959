import type { Console } from '../console.js';

/** Options that every command knows. */
export interface CommonOptions {
  readonly config?: string | undefined;
}

/** A command as the person would type it, with the configuration that they named. */
export function typed(words: string, { config }: CommonOptions): string {
  if (config === undefined) return `cordon ${words}`;
  const quoted = /^[A-Za-z0-9_./@:+-]+$/.test(config) ? config : `'${config.replaceAll("'", `'\\''`)}'`;
  return `cordon ${words} --config ${quoted}`;
}

/** What a command needs: its voice, and what was typed. */
export interface Command<Options> {
  readonly console: Console;
  readonly options: Options & CommonOptions;
}
