import type { SuspectContext } from '@cordon/core';
import type { DumpAnswer } from './answers.js';
import type { Dumped } from './ticket.js';

/** The kernel shows whole pages alone: a range of System RAM may lack one at each end. */
const EDGES_BYTES = 8192n;

/** What a dump has done to the kernel, and what it lacks. */
export function tellDumped(ctx: SuspectContext, answer: DumpAnswer, { method, ranges }: Dumped): void {
  const { taintedBefore, taintedAfter, ram, loaded } = answer;
  if (taintedAfter !== taintedBefore)
    ctx.notice('KERNEL_TAINTED', `the kernel's taint went from ${taintedBefore} to ${taintedAfter}`);
  if (loaded) ctx.gap('MODULE_STILL_LOADED', 'LiME could not be taken out of the kernel');
  const held = ranges.reduce((sum, { start, end }) => sum + BigInt(end) - BigInt(start) + 1n, 0n);
  const missing = BigInt(ram) - held;
  const tolerated = method === 'lime' ? 0n : BigInt(ranges.length) * EDGES_BYTES;
  if (missing < 0n || missing > tolerated)
    ctx.gap('MEMORY_NOT_WHOLE', `the dump holds ${held} bytes of memory, /proc/iomem tells ${ram}`);
}
