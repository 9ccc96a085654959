import { compileOrThrow, type Environment, type Finding } from '@cordon/core';
import { CliError } from '../cli-error.js';
import type { CordonConfig } from '../config/config.js';
import { environmentOf } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { EXIT, worstExit } from '../exit-codes.js';
import { type Accepted, acceptedFindings, type FindingOptions } from '../findings/accept.js';
import { driveRuns, type RunOrder } from '../incident/drive-runs.js';
import { noIncident, readIncident } from '../incident/read-incident.js';
import { runsOf } from '../model/run-model.js';
import { makeReporter, reporterKind } from '../view/make-reporter.js';
import type { Command } from './command-line.js';
import { confirm } from './confirm.js';
import { exitOfEnd, tellEnd, tellModel } from './run-end.js';

export interface RunCommandOptions extends FindingOptions {
  /** Goes on with this incident. */
  readonly incident?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly plain?: boolean | undefined;
  readonly json?: boolean | undefined;
}

type Run = Command<RunCommandOptions>;

function nothingToDo({ refused, problems }: Accepted): number {
  if (refused > 0) return EXIT.refused;
  throw new CliError('NO_FINDING', {
    message: problems > 0 ? 'none of the findings can be used' : 'the input holds no finding',
    advice: 'What is wrong with each is told above; `--instance` takes a suspicion of your own.',
  });
}

async function perform(
  run: Run,
  world: { readonly config: CordonConfig; readonly environment: Environment },
  orders: readonly RunOrder[],
): Promise<number> {
  const { console, options } = run;
  const kind = reporterKind(console, options);
  const reporter = makeReporter(kind, { console, clock: world.environment.clock });
  const ends = await driveRuns({ console, reporter, ...world }, orders);
  const telling = { ...run, kind, pipeline: world.config.pipeline };
  for (const end of ends) tellEnd(telling, end);
  return worstExit(ends.map(exitOfEnd));
}

async function confirmed(run: Run, config: CordonConfig, findings: readonly Finding[]): Promise<boolean> {
  return run.options.yes === true || confirm(run.console, config.pipeline, findings);
}

async function begin(run: Run, config: CordonConfig): Promise<number> {
  const accepted = await acceptedFindings(run.console, run.options, config.filter);
  if (accepted.findings.length === 0) return nothingToDo(accepted);
  if (!(await confirmed(run, config, accepted.findings))) {
    run.console.remark('Nothing was touched.');
    return EXIT.refused;
  }
  const environment = await environmentOf(config);
  return perform(
    run,
    { config, environment },
    accepted.findings.map((finding) => ({ finding })),
  );
}

/** Goes on with an incident that is open; of a closed one it tells how it ended. */
async function resume(run: Run, config: CordonConfig, incidentId: string): Promise<number> {
  const environment = await environmentOf(config);
  const [own] = runsOf(await readIncident(config.journal, incidentId, environment.clock));
  const finding = own?.opened?.finding;
  if (own === undefined || finding === undefined) throw noIncident(incidentId);
  if (own.outcome === undefined) return perform(run, { config, environment }, [{ finding, incidentId }]);
  run.console.remark(`Incident ${incidentId} is closed; nothing was done.`);
  const kind = reporterKind(run.console, run.options);
  return tellModel({ ...run, kind, pipeline: config.pipeline }, own);
}

/** Runs the pipeline on findings, or goes on with an incident; resolves with the exit code. */
export async function runCommand(run: Run): Promise<number> {
  const { incident, finding, instance } = run.options;
  if (incident === undefined && finding === undefined && instance === undefined)
    throw new CliError('USAGE', {
      message: 'there is nothing to run on',
      advice: 'Give --finding FILE (- for standard input), --instance i-..., or --incident ID to go on.',
    });
  const config = await loadConfig(run.console.io.cwd, run.options.config);
  compileOrThrow(config.pipeline);
  return incident === undefined ? begin(run, config) : resume(run, config, incident);
}
