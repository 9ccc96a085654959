import type { Console } from '../console.js';

/** Options that every command knows. */
export interface CommonOptions {
  readonly config?: string | undefined;
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command as the person would type it, with the configuration that they named. */
export function typed(words: string, { config }: CommonOptions): string {
  return config === undefined ? `cordon ${words}` : `cordon ${words} --config ${quoted(config)}`;
}

/** What a command needs: its voice, and what was typed. */
export interface Command<Options> {
  readonly console: Console;
  readonly options: Options & CommonOptions;
}
