import { createInterface } from 'node:readline/promises';
import { type AnyPipeline, type ExplainedStep, type Finding, plan } from '@cordon/core';
import cliTruncate from 'cli-truncate';
import { CliError } from '../cli-error.js';
import type { Console } from '../console.js';
import { columns } from '../text/columns.js';
import { plainText } from '../text/plain-text.js';
import { counted } from '../text/units.js';

function effectLines(steps: readonly ExplainedStep[]): readonly string[] {
  const touching = steps.filter(({ effect }) => effect !== undefined);
  return columns(
    touching.map(({ phase, id, effect }) => [
      `  ${phase}`,
      id,
      plainText(effect?.summary ?? '', 100),
      `reversible: ${effect?.reversible ?? 'unknown'}`,
    ]),
  );
}

function findingLine({ suspect, band, severity, type, title }: Finding): string {
  const { instanceId, account, region } = suspect;
  return `  ${instanceId}  ${account}  ${region}  ${band} ${severity}  ${plainText(type, 80)}  ${plainText(title, 100)}`;
}

async function ask(console: Console, question: string): Promise<string> {
  const { stdin, stderr } = console.io;
  const prompt = createInterface({ input: stdin, output: stderr });
  const leaving = new AbortController();
  prompt.once('SIGINT', () => leaving.abort());
  prompt.once('close', () => leaving.abort());
  try {
    return await prompt.question(question, { signal: leaving.signal });
  } catch {
    return '';
  } finally {
    prompt.close();
  }
}

/**
 * Shows what will be done to whom and waits for a yes. On stderr, so that a pipe carries only the answer.
 *
 * @throws CliError `NEEDS_YES` where nobody can be asked
 */
export async function confirm(
  console: Console,
  pipeline: AnyPipeline,
  findings: readonly Finding[],
): Promise<boolean> {
  if (console.io.stdin.isTTY !== true || console.io.stderr.isTTY !== true)
    throw new CliError('NEEDS_YES', {
      message: 'nobody can be asked here whether the suspect may be touched',
      advice: 'Give --yes; `cordon plan` shows beforehand what will be done.',
    });
  const steps = plan(pipeline);
  console.remark(
    `${counted(findings.length, 'suspect')}, pipeline ${pipeline.name}, ${counted(steps.length, 'step')}:`,
  );
  for (const finding of findings) console.remark(cliTruncate(findingLine(finding), console.width));
  const effects = effectLines(steps);
  if (effects.length > 0) console.remark('What is done to each:');
  for (const line of effects) console.remark(cliTruncate(line, console.width));
  const answer = await ask(console, 'Go ahead? [y/N] ');
  return /^y(es)?$/i.test(answer.trim());
}
