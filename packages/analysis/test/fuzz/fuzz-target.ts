import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineSplitter } from '../../src/engine/line-splitter.js';

/** A parser, something that it reads, and what it may say of what is no longer that. */
export interface FuzzTarget {
  readonly name: string;
  /** Made when asked for: a process that fuzzes one parser does not hold what the others read. */
  seed(): Buffer | Promise<Buffer>;
  run(bytes: Buffer): unknown;
  /** Names of errors that it throws on purpose, and that whoever calls it turns into a notice. */
  readonly throws?: readonly string[];
}

export const NOT_AFTER = Date.parse('2026-11-30T00:00:00Z');

export function fixture(name: string): Buffer {
  return readFileSync(join(process.cwd(), 'packages/analysis/test/parsers/fixtures', name));
}

/** A parser of lines; what it remembers from line to line is made anew for each run. */
export function lines(
  name: string,
  seed: () => string,
  make: () => (text: string, line: number) => unknown,
): FuzzTarget {
  return {
    name,
    seed: () => Buffer.from(seed()),
    run(bytes) {
      const parse = make();
      const splitter = new LineSplitter(({ text, number }) => void parse(text, number));
      splitter.push(bytes);
      splitter.end();
    },
  };
}

export async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

export async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}
