import type { BaseContext } from '@cordon/core';

const GIB = 1024 ** 3;

/** One volume's worth of work: how large it is and how far. */
export interface Part {
  readonly sizeGiB: number;
  /** 0 to 100. */
  readonly percent: number;
}

/**
 * Tells how far snapshots are, in bytes of their volumes: EC2 tells whole percents only, so a large volume moves in large
 * steps.
 */
export function tellProgress(ctx: BaseContext, parts: readonly Part[]): void {
  const total = parts.reduce((sum, { sizeGiB }) => sum + sizeGiB * GIB, 0);
  const done = parts.reduce((sum, { sizeGiB, percent }) => sum + (sizeGiB * GIB * percent) / 100, 0);
  // Up: a reader's percent is rounded down, and 37% must not become 36%.
  ctx.progress(Math.min(total, Math.ceil(done)), total, 'bytes');
}
