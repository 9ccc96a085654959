import type { BaseContext } from '../../../engine/context.js';
import { asFailure } from '../../calls/failures.js';

/** How much one artifact may hold, and how long its reading may take. */
export interface Bounds {
  readonly mostLines: number;
  /** Nothing more is asked of AWS from then on. */
  readonly until: Date;
}

export interface Lines<T> {
  /** What is read: a gap names it. */
  readonly name: string;
  /** In the order in which they should be kept when it is too much. */
  readonly pages: AsyncIterable<readonly T[]>;
  readonly bounds: Bounds;
  /** Sees each one, with its 1-based line. */
  each?(item: T, line: number): void;
  /** Told when something is missing. */
  cut?(because: string): void;
}

/** Larger chunks than lines, smaller than memory minds. */
const CHUNK_CHARACTERS = 64 * 1024;

function cut<T>(ctx: BaseContext, { name, cut: told }: Lines<T>, because: string): string {
  ctx.gap('CUT', `${name}: ${because}`);
  told?.(because);
  return `${JSON.stringify({ 'cordon:cut': because })}\n`;
}

/** The rest of a source that has begun: what fails half-way does not take with it what is there. */
async function* lines<T>(
  ctx: BaseContext,
  first: IteratorResult<readonly T[]>,
  all: Lines<T>,
  from: Pages<T>,
): AsyncGenerator<string, void> {
  let count = 0;
  let page = first;
  while (page.done !== true) {
    for (const item of page.value) {
      if (count === all.bounds.mostLines) return yield cut(ctx, all, `more than ${count} lines`);
      count += 1;
      all.each?.(item, count);
      yield `${JSON.stringify(item)}\n`;
    }
    if (ctx.now() >= all.bounds.until) return yield cut(ctx, all, `out of time after ${count} lines`);
    try {
      page = await from.next();
    } catch (error) {
      return yield cut(ctx, all, `${asFailure(error).code} after ${count} lines`);
    }
  }
}

type Pages<T> = AsyncIterator<readonly T[]>;

async function* chunks(of: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  let waiting = '';
  for await (const line of of) {
    waiting += line;
    if (waiting.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}

/**
 * One JSON object a line, as the pages come: no more than one page is in memory. When it is too much, takes too long or
 * fails half-way, the last line and a gap say so.
 *
 * @throws what the first page throws: then there is nothing to keep
 */
export async function jsonLines<T>(ctx: BaseContext, all: Lines<T>): Promise<AsyncIterable<Uint8Array>> {
  const from = all.pages[Symbol.asyncIterator]();
  const first = await from.next();
  return chunks(lines(ctx, first, all, from));
}
