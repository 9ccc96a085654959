import { retryStep } from '@cordon/core';
import type { Command } from './command-line.js';
import { type LaterCommandOptions, laterCommand } from './later-run.js';

export interface RetryCommandOptions extends LaterCommandOptions {
  readonly step: string;
}

/** Tries one failed or skipped step of a closed incident again, with what was skipped because of it. */
export async function retryCommand(run: Command<RetryCommandOptions>): Promise<number> {
  const { step } = run.options;
  const { exit } = await laterCommand(run, (pipeline, options) => retryStep(pipeline, { ...options, step }));
  return exit;
}
