import type { HostFile } from '../../engine/analysis.js';

/** The kernel writes pages out at the latest some 35 s after they were changed; clocks and ticks are given twice that. */
const WRITTEN_OUT_SECONDS = 75;
/** Longer lines are cut there; a log grows by less in that time, within the blocks that it has already. */
const MOST_BYTES = 64 * 1024;

/**
 * A snapshot of a running server has files whose end has its length, but not yet its content: zeros. Tools that hide
 * logins write zeros over the intruder's own records, which are the last as well. What tells them apart: the kernel is
 * only behind with what was written just before the snapshot, so with files that are as new as the newest of the disk.
 */
export class UnwrittenEnds {
  #newest = 0;

  /** To be told of every entry of the evidence. */
  saw({ mtime = 0 }: HostFile): void {
    if (mtime > this.#newest) this.#newest = mtime;
  }

  /** Whether zeros at the end of a file may be unwritten. To be asked when everything has been seen. */
  has({ mtime }: HostFile, zeroBytes: number): boolean {
    return mtime !== undefined && zeroBytes < MOST_BYTES && mtime >= this.#newest - WRITTEN_OUT_SECONDS;
  }
}
