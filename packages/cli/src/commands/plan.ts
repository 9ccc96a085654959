import { compile, explain, type Finding, type PipelineProblem, plan, planDigest } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { loadConfig } from '../config/load-config.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { acceptedFindings, type FindingOptions } from '../findings/accept.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';
import { withOwnNames } from './by-hand.js';
import type { Command } from './command-line.js';
import { exitOfRehearsal, knownBeforehand, rehearsalLines, rehearsePlan } from './plan-check.js';

export interface PlanCommandOptions extends FindingOptions {
  readonly json?: boolean | undefined;
  /** Asks AWS whether the sessions of a run would be let. */
  readonly check?: boolean | undefined;
}

type Run = Command<PlanCommandOptions>;

/** The plan's text, its headings and names set off. */
function coloured(line: string, { paint }: Console): string {
  const safe = plainText(line, 500);
  if (!line.startsWith(' ')) return paint.strong(safe);
  const step = /^ {2}(\S+:)([^:\s]*(?:\s.*)?)$/s.exec(safe);
  return step === null ? paint.faint(safe) : `  ${paint.busy(step[1] ?? '')}${step[2] ?? ''}`;
}

function tellProblems(
  { console, options }: Run,
  pipeline: string,
  problems: readonly PipelineProblem[],
): void {
  if (options.json === true) {
    console.say(asciiJson({ pipeline, problems }, 2));
    return;
  }
  console.remark(
    console.paint.bad(`${counted(problems.length, 'problem')} in pipeline ${plainText(pipeline)}:`),
  );
  for (const { code, message } of problems) console.remark(`  ${code}  ${plainText(message)}`);
}

/** Whom the plan is for, when somebody was named. Samples too: a plan contains nothing. */
async function findingOf({ console, options }: Run): Promise<Finding | undefined> {
  if (options.finding === undefined && options.instance === undefined) {
    if (options.check !== true) return undefined;
    throw new CliError('USAGE', {
      message: '--check needs a suspect',
      advice: 'Give --finding FILE, or --instance i-... with --account and --region.',
    });
  }
  const anything = { minimumSeverity: 0, allowSamples: true };
  const accepted = await acceptedFindings(
    console,
    { ...options, reason: options.reason ?? 'a plan' },
    anything,
  );
  const [finding] = accepted.findings;
  if (finding === undefined)
    throw new CliError('NO_FINDING', {
      message: 'the input holds no finding that a plan can be made for',
      advice: 'Name an instance with --instance, --account and --region.',
    });
  return finding;
}

/**
 * Shows what the pipeline will do, before anything is touched; for a suspect that is named also what it will take, and
 * whether the sessions of a run would be let.
 */
export async function planCommand(run: Run): Promise<number> {
  const { console, options } = run;
  const config = await loadConfig(console.io.cwd, options.config);
  const { pipeline } = config;
  const compiled = compile(pipeline);
  if (!compiled.ok) {
    tellProblems(run, pipeline.name, compiled.problems);
    return EXIT.usage;
  }
  const finding = await findingOf(run);
  const known = finding === undefined ? {} : await knownBeforehand({ config, finding });
  const planned = plan(pipeline, known);
  const steps = finding === undefined ? planned : withOwnNames(planned, finding.suspect, known['instance']);
  const host = config.hostEstimate?.(pipeline, known) ?? [];
  const planSha256 = planDigest(compiled.plan);
  const check =
    finding === undefined || options.check !== true
      ? undefined
      : await rehearsePlan({ config, finding }, steps);
  if (options.json === true)
    console.say(
      asciiJson(
        {
          pipeline: pipeline.name,
          planSha256,
          steps,
          ...(host.length === 0 ? {} : { host }),
          ...(check === undefined ? {} : { check }),
        },
        2,
      ),
    );
  else {
    console.say(`${console.paint.strong('Plan')} ${planSha256}\n`);
    for (const line of explain(steps, host).split('\n'))
      console.say(line === '' ? '' : coloured(line, console));
    if (check !== undefined) for (const line of rehearsalLines(check, console)) console.say(line);
  }
  return check === undefined ? EXIT.complete : exitOfRehearsal(check);
}
