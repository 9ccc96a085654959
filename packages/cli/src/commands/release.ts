import { releaseIncident } from '@cordon/core';
import { asciiJson, plainText } from '../text/plain-text.js';
import type { Command } from './command-line.js';
import { type LaterCommandOptions, laterCommand } from './later-run.js';

export interface ReleaseCommandOptions extends LaterCommandOptions {
  /** Although high or critical observations are on record. */
  readonly force?: boolean | undefined;
}

/** Lets the suspect out again, and says what is not as it was. */
export async function releaseCommand(run: Command<ReleaseCommandOptions>): Promise<number> {
  const { console } = run;
  const force = run.options.force === true;
  const { exit, result } = await laterCommand(run, (pipeline, options) =>
    releaseIncident(pipeline, { ...options, force }),
  );
  if (result === undefined) return exit;
  if (run.options.json === true) console.say(asciiJson({ type: 'not-restored', what: result.notRestored }));
  else
    for (const sentence of result.notRestored)
      console.say(`  ${console.paint.warn('not restored')}  ${plainText(sentence, 300)}`);
  return exit;
}
