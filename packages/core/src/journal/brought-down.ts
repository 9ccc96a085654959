import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './durable-file.js';
import type { InspectedLine } from './inspection.js';
import { decodeName } from './names.js';
import { batchLines, isBatchFile } from './s3-layout.js';

async function linesOf(directory: string, ledger: string): Promise<readonly InspectedLine[]> {
  const names = (await namesIn(directory)).filter(isBatchFile).sort();
  const lines: InspectedLine[] = [];
  for (const name of names) {
    for (const text of batchLines(await readFile(join(directory, name)))) lines.push({ ledger, text });
  }
  return lines;
}

/** Ledgers as an S3 journal lays them out, a folder each, brought down to a directory. */
export async function broughtDown(directory: string): Promise<readonly InspectedLine[]> {
  const lines: InspectedLine[] = [];
  for (const name of await namesIn(directory)) {
    const ledger = name.endsWith('.jsonl') ? undefined : decodeName(name);
    if (ledger !== undefined) lines.push(...(await linesOf(join(directory, name), ledger)));
  }
  return lines;
}
