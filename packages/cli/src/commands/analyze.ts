import { resolve } from 'node:path';
import {
  type Analysis,
  type AnalysisContext,
  analyze,
  bodyfileAnalysis,
  defaultAnalyses,
  loadUserRules,
  ProcessCollector,
  type UserRules,
} from '@cordon/analysis';
import type { Finding } from '@cordon/core';
import { type LocalEvidence, openEvidence } from '../analyze/evidence.js';
import { analysisExports, analysisPage, standIn } from '../analyze/page.js';
import { showProgress } from '../analyze/progress-line.js';
import { ResultFiles } from '../analyze/result-files.js';
import { Results } from '../analyze/results.js';
import { isS3Url, openS3Evidence } from '../analyze/s3-evidence.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { readFindings } from '../findings/read-findings.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';
import { bySeverity, foundText, observationLines } from '../view/observations.js';
import type { Command } from './command-line.js';

export interface AnalyzeCommandOptions {
  readonly evidence: string;
  readonly out?: string | undefined;
  readonly finding?: string | undefined;
  /** ISO 8601. */
  readonly acquired?: string | undefined;
  /** IANA name. */
  readonly timeZone?: string | undefined;
  /** Folders and files of Sigma and YARA rules. */
  readonly rules?: readonly string[] | undefined;
  readonly limit: number;
  readonly json?: boolean | undefined;
}

type Run = Command<AnalyzeCommandOptions>;

interface Job {
  readonly evidence: LocalEvidence;
  readonly finding: Finding;
  readonly context: AnalysisContext;
  readonly results: Results;
  readonly processes: ProcessCollector;
  readonly rules: UserRules | undefined;
  readonly files: ResultFiles | undefined;
}

/** The finding that tells what the instance talked to; observations about the same are looked for. */
async function findingOf({ console, options }: Run, name: string, at: string): Promise<Finding> {
  if (options.finding === undefined) return standIn(name, at);
  const [finding] = (await readFindings(console.io, options.finding)).findings;
  if (finding !== undefined) return finding;
  throw new CliError('BAD_FINDING', {
    message: 'the finding cannot be used',
    advice: 'Leave --finding out: then nothing is known of whom the instance talked to.',
  });
}

function evidenceOf({ console, options }: Run): Promise<LocalEvidence> {
  const { io } = console;
  return isS3Url(options.evidence)
    ? openS3Evidence(options.evidence, io.env)
    : openEvidence(io.cwd, options.evidence);
}

async function prepare(run: Run): Promise<Job> {
  const { console, options } = run;
  const evidence = await evidenceOf(run);
  const acquiredAt = options.acquired ?? evidence.changedAt.toISOString();
  const finding = await findingOf(run, evidence.name, acquiredAt);
  const { timeZone, out } = options;
  const paths = (options.rules ?? []).map((path) => resolve(console.io.cwd, path));
  const zone = timeZone === undefined ? {} : { timeZone };
  return {
    evidence,
    finding,
    context: { artifact: evidence.name, acquiredAt, indicators: finding.remote, ...zone },
    results: new Results(),
    processes: new ProcessCollector(),
    rules: paths.length === 0 ? undefined : await loadUserRules(paths),
    files:
      out === undefined ? undefined : await ResultFiles.create(resolve(console.io.cwd, out), evidence.path),
  };
}

/** What finds, and what is only written down on the way. */
function analysesOf({ processes, rules, files }: Job): readonly Analysis[] {
  const bodyfile = files === undefined ? [] : [bodyfileAnalysis((line) => files.bodyfileLine(line))];
  return [...defaultAnalyses(rules), processes.analysis, ...bodyfile];
}

async function analyse({ console, options }: Run, job: Job): Promise<void> {
  const { evidence, context, results, rules, files } = job;
  const stop = options.json === true ? () => undefined : showProgress(console, evidence, results);
  try {
    for await (const result of analyze(evidence.reader, analysesOf(job), context)) {
      await results.take(result, files);
      if (options.json === true) console.say(asciiJson(result));
    }
  } finally {
    stop();
    rules?.close();
    await files?.close();
  }
}

function tell({ console, options }: Run, { evidence, results, files, context }: Job): void {
  const { paint, width } = console;
  const { observations, notices, eventCount } = results;
  const extent = `${counted(evidence.walk.files, 'file')}, ${counted(eventCount, 'event')}, taken ${context.acquiredAt}`;
  console.say(
    `${paint.strong(plainText(evidence.name, 100))}  ${foundText(observations, console)}  ${paint.faint(extent)}`,
  );
  const worst = bySeverity(observations).filter(({ severity }) => severity !== 'info');
  const shown = observationLines(worst.slice(0, options.limit), { paint, width: width - 2 });
  if (shown.length > 0) console.say();
  for (const line of shown) console.say(`  ${line}`);
  if (worst.length > shown.length)
    console.say(paint.faint(`  and ${worst.length - shown.length} more: --limit, --out`));
  if (notices.length > 0) console.say();
  for (const { code, path = '', message } of notices.slice(0, options.limit))
    console.say(`  ${paint.warn(plainText(code, 40))}  ${plainText(path, 120)}  ${plainText(message, 200)}`);
  if (files === undefined) return;
  console.say();
  console.say(`  ${plainText(files.directory, 300)}: report.html, observations.jsonl, timeline.jsonl`);
  console.say(
    paint.faint('  for other tools: findings.*, indicators.*, attack-navigator.json, bodyfile.txt, hunt/'),
  );
}

/** Analyses a folder, a collection or objects in S3 on this machine: no configuration. */
export async function analyzeCommand(run: Run): Promise<number> {
  const job = await prepare(run);
  await analyse(run, job);
  const { context, files, results } = job;
  const page = { ...job, acquiredAt: context.acquiredAt, generatedAt: new Date().toISOString() };
  await files?.page(analysisPage(page));
  await files?.exports(analysisExports(page));
  if (run.options.json !== true) tell(run, job);
  return results.isIncomplete ? EXIT.incomplete : EXIT.complete;
}
