import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BaseContext } from '../../../../src/engine/context.js';
import { StepFailure } from '../../../../src/engine/failure.js';
import { type Bounds, jsonLines } from '../../../../src/steps/capture/control-plane/json-lines.js';

const NOW = new Date('2026-11-20T04:00:00Z');
const LATER = new Date('2026-11-20T05:00:00Z');

function context() {
  const gaps: string[] = [];
  const gap = (code: string, message: string) => gaps.push(`${code} ${message}`);
  // Nothing else of it is asked.
  return { ctx: { gap, now: () => NOW } as unknown as BaseContext, gaps };
}

async function* pagesOf<T>(pages: readonly (readonly T[])[], end?: Error): AsyncIterable<readonly T[]> {
  yield* pages;
  if (end !== undefined) throw end;
}

async function text(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const bounds = (more: Partial<Bounds> = {}): Bounds => ({ mostLines: 1_000_000, until: LATER, ...more });

describe('JSON lines of a source', () => {
  it('are everything that the pages hold, in their order, and nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.jsonValue()), { minLength: 1 }), async (pages) => {
        const { ctx, gaps } = context();
        const seen: (readonly [unknown, number])[] = [];
        const each = (item: unknown, line: number) => seen.push([item, line]);
        const lines = await jsonLines(ctx, { name: 'x', pages: pagesOf(pages), bounds: bounds(), each });
        const all = pages.flat();
        expect(await text(lines)).toBe(all.map((item) => `${JSON.stringify(item)}\n`).join(''));
        expect(seen).toEqual(all.map((item, index) => [item, index + 1]));
        expect(gaps).toEqual([]);
      }),
    );
  });

  it('are no more than may be, and a gap says that there was more', async () => {
    const { ctx, gaps } = context();
    const pages = pagesOf([
      [1, 2],
      [3, 4],
    ]);
    const lines = await jsonLines(ctx, { name: 'x', pages, bounds: bounds({ mostLines: 3 }) });
    expect(await text(lines)).toBe('1\n2\n3\n{"cordon:cut":"more than 3 lines"}\n');
    expect(gaps).toEqual(['CUT x: more than 3 lines']);
  });

  it('are not cut when they are exactly as many as may be', async () => {
    const { ctx, gaps } = context();
    const lines = await jsonLines(ctx, {
      name: 'x',
      pages: pagesOf([[1, 2]]),
      bounds: bounds({ mostLines: 2 }),
    });
    expect(await text(lines)).toBe('1\n2\n');
    expect(gaps).toEqual([]);
  });

  it('end when there is no time left to ask for more', async () => {
    const { ctx, gaps } = context();
    const lines = await jsonLines(ctx, {
      name: 'x',
      pages: pagesOf([[1], [2]]),
      bounds: bounds({ until: NOW }),
    });
    expect(await text(lines)).toBe('1\n{"cordon:cut":"out of time after 1 lines"}\n');
    expect(gaps).toEqual(['CUT x: out of time after 1 lines']);
  });

  it('keep what came before a failure', async () => {
    const { ctx, gaps } = context();
    const pages = pagesOf([[1]], StepFailure.retryable('ThrottlingException', 'no'));
    expect(await text(await jsonLines(ctx, { name: 'x', pages, bounds: bounds() }))).toContain('1\n');
    expect(gaps).toEqual(['CUT x: ThrottlingException after 1 lines']);
  });

  it('are none when the first page fails', async () => {
    const { ctx } = context();
    const pages = pagesOf([], StepFailure.permanent('AccessDenied', 'no'));
    await expect(jsonLines(ctx, { name: 'x', pages, bounds: bounds() })).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it('take no more memory for a hundred thousand than for one page', async () => {
    const { ctx } = context();
    let waiting = 0;
    let most = 0;
    async function* pages() {
      for (let page = 0; page < 2_000; page += 1) {
        waiting += 50;
        most = Math.max(most, waiting);
        yield Array.from({ length: 50 }, () => ({ CloudTrailEvent: 'x'.repeat(500) }));
      }
    }
    const each = () => {
      waiting -= 1;
    };
    let bytes = 0;
    for await (const chunk of await jsonLines(ctx, { name: 'x', pages: pages(), bounds: bounds(), each })) {
      bytes += chunk.length;
      expect(chunk.length).toBeLessThan(70_000);
    }
    expect(bytes).toBeGreaterThan(50_000_000);
    // A page is asked for when the one before has been written.
    expect(most).toBe(50);
  });
});
