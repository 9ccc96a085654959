import { compile, explain, plan, planDigest } from '@cordon/core';
import { loadConfig } from '../config/load-config.js';
import { EXIT } from '../exit-codes.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';
import type { Command } from './command-line.js';

export interface PlanCommandOptions {
  readonly json?: boolean | undefined;
}

/** The plan's text, its headings and names set off. */
function coloured(line: string, { console }: Command<object>): string {
  const { paint } = console;
  const safe = plainText(line, 500);
  if (!line.startsWith(' ')) return paint.strong(safe);
  const step = /^ {2}(\S+:)(.*)$/.exec(safe);
  return step === null ? paint.faint(safe) : `  ${paint.busy(step[1] ?? '')}${step[2] ?? ''}`;
}

/** Shows what the pipeline will do, and to whom, before anything is touched. */
export async function planCommand(run: Command<PlanCommandOptions>): Promise<number> {
  const { console, options } = run;
  const { pipeline } = await loadConfig(console.io.cwd, options.config);
  const compiled = compile(pipeline);
  if (!compiled.ok) {
    const { problems } = compiled;
    if (options.json === true) console.say(asciiJson({ pipeline: pipeline.name, problems }, 2));
    else {
      console.remark(
        console.paint.bad(`${counted(problems.length, 'problem')} in pipeline ${plainText(pipeline.name)}:`),
      );
      for (const { code, message } of problems) console.remark(`  ${code}  ${plainText(message)}`);
    }
    return EXIT.usage;
  }
  const steps = plan(pipeline);
  const planSha256 = planDigest(compiled.plan);
  if (options.json === true) console.say(asciiJson({ pipeline: pipeline.name, planSha256, steps }, 2));
  else {
    console.say(`${console.paint.strong('Plan')} ${planSha256}\n`);
    for (const line of explain(steps).split('\n')) console.say(line === '' ? '' : coloured(line, run));
  }
  return EXIT.complete;
}
