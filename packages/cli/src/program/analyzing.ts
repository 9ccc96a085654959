import { InvalidArgumentError, type Command as Program } from 'commander';
import type { AnalyzeCommandOptions } from '../commands/analyze.js';
import { action, examples, type Making } from './action.js';

function time(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It is a time like 2026-11-20T04:30:00Z.');
  return new Date(at).toISOString();
}

function timeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('It is a name like Europe/Dublin.');
  }
}

function lines(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError('It is a number of lines.');
  return count;
}

const CODES = `
Exit codes: 0 analysed, whatever was found; 3 analysed, but not all of it could be read; 2 usage.
Nothing of the evidence is executed, followed or trusted; it is read once, in constant memory.`;

/** The command that analyses on this machine. */
export function addAnalyzing(program: Program, making: Making): void {
  program
    .command('analyze <evidence>')
    .summary('analyse a folder or a collection on this machine')
    .description(
      'Analyses a mounted file system, an unpacked collection or a collection as .tar, .tar.gz or .tar.zst, without AWS; or what lies in S3: a collection, or all objects below a prefix.',
    )
    .option('-o, --out <dir>', 'keep observations.jsonl, timeline.jsonl (Timesketch) and report.html there')
    .option('-f, --finding <file>', 'the finding: its addresses and domains are looked for')
    .option(
      '--acquired <time>',
      'when the evidence was taken; by default when the file was last changed',
      time,
    )
    .option('--time-zone <name>', "the suspect's time zone, by default UTC", timeZone)
    .option(
      '--rules <path>',
      'Sigma and YARA rules of yours: a folder or a file; may be named again',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .option('--limit <lines>', 'print at most so many observations', lines, 40)
    .option('--json', 'print observations, events and notices as JSON lines')
    .addHelpText(
      'after',
      CODES +
        examples(
          'cordon analyze vol-0abc.tar.gz --out ./results',
          'cordon analyze s3://logs-of-the-company/AWSLogs/ --acquired 2026-11-20T04:30:00Z',
          'cordon analyze /mnt/evidence --time-zone Europe/Dublin',
          'cordon analyze vol-0abc.tar.gz --rules ./sigma/rules/linux --rules ./yara',
        ),
    )
    .action(
      action<AnalyzeCommandOptions>(making, {
        load: async () => (await import('../commands/analyze.js')).analyzeCommand,
        arguments: ['evidence'],
      }),
    );
}
