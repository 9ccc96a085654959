import { type RetryResult, retryStep } from '@cordon/core';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { type Command, typed } from './command-line.js';
import { type LaterCommandOptions, laterCommand } from './later-run.js';

export interface RetryCommandOptions extends LaterCommandOptions {
  readonly step: string;
}

/** What the host that drives the incident made of the order. */
function tellOrdered(
  console: Console,
  result: RetryResult & { readonly status: 'ordered' },
  look: string,
): number {
  if (result.reopened === undefined) {
    console.remark(`Ordered, but the process that drives the incident has not answered yet. ${look}`);
    return EXIT.incomplete;
  }
  console.remark(
    `The process that drives the incident has taken up again: ${result.reopened.join(', ')}. ${look}`,
  );
  return EXIT.complete;
}

/** Tries one failed or skipped step again, with what was skipped because of it. */
export async function retryCommand(run: Command<RetryCommandOptions>): Promise<number> {
  const { step, incident } = run.options;
  const { exit, result } = await laterCommand<RetryResult>(run, (pipeline, options) =>
    retryStep(pipeline, { ...options, step }),
  );
  if (result?.status !== 'ordered') return exit;
  return tellOrdered(run.console, result, typed(`show ${incident}`, run.options));
}
