import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ParsedFindings, parseFindings } from '@cordon/core';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

async function readText(io: Io, source: string): Promise<string> {
  if (source === '-') return text(io.stdin);
  try {
    return await readFile(resolve(io.cwd, source), 'utf8');
  } catch (error) {
    throw new CliError('NO_FINDING', {
      message: `the finding cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'Name a file, or - for standard input.',
    });
  }
}

/** Several JSON values after each other, as `jq -c` and queue dumps write them, are a list. */
function asJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const lines = content.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

/**
 * Findings of a file, or of standard input (`-`): every shape that `parseFindings` knows, and JSON lines of them.
 *
 * @throws CliError `NO_FINDING` when it cannot be read, `BAD_FINDING` when it is no JSON
 */
export async function readFindings(io: Io, source: string): Promise<ParsedFindings> {
  const content = await readText(io, source);
  try {
    return parseFindings(asJson(content.replace(/^\uFEFF/, '')));
  } catch (error) {
    throw new CliError('BAD_FINDING', {
      message: `${source === '-' ? 'standard input' : source} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'Give a GuardDuty or Security Hub finding as EventBridge, SNS, SQS or the API hands it out.',
    });
  }
}
