import type { PlanStep } from '@cordon/core';

/** What workers do for one step, as it usually goes. */
export interface UsualWork {
  /** How often it is asked about: its start, its polls, and what it waits at a gate. */
  readonly looks: number;
  /** Of all of them together. */
  readonly busySeconds: number;
}

/**
 * Our own steps, as an incident of forty minutes on a server with two disks has kept them busy, each call to AWS taking 20
 * to 90 ms; where most of it is waiting within an invocation, with what for.
 */
const MEASURED: Readonly<Record<string, UsualWork>> = {
  'contain.cut-connections': { looks: 7, busySeconds: 7.7 }, // the window in which connections are cut
  'contain.deny-role': { looks: 7, busySeconds: 0.6 },
  'contain.end-foreign-sessions': { looks: 7, busySeconds: 0.65 },
  'contain.isolate': { looks: 1, busySeconds: 8.2 }, // the Auto Scaling group, which lets the instance go
  'contain.verify': { looks: 2, busySeconds: 0.8 },
  'capture.control-plane': { looks: 1, busySeconds: 4.4 }, // CloudTrail, twice a second
  cleanup: { looks: 4, busySeconds: 1.1 },
  'disk.analyse': { looks: 1, busySeconds: 0.4 }, // within the function, where it mostly fits
  'disk.attach': { looks: 6, busySeconds: 2 },
  'disk.collect': { looks: 2, busySeconds: 0.4 },
  'disk.preserve': { looks: 2, busySeconds: 1 },
  'disk.snapshots': { looks: 2, busySeconds: 0.5 },
  inspect: { looks: 1, busySeconds: 0.45 },
  'live.triage': { looks: 2, busySeconds: 1.2 },
  'memory.lime': { looks: 11, busySeconds: 4.2 },
  protect: { looks: 1, busySeconds: 4.6 }, // the metadata options
  'protect.auto-scaling': { looks: 4, busySeconds: 0.8 },
  report: { looks: 1, busySeconds: 2.1 },
  seal: { looks: 1, busySeconds: 5.2 }, // the metadata options
};

/** Of steps that nobody has measured. */
const ONE_TASK: UsualWork = { looks: 1, busySeconds: 0.4 };
const POLLED: UsualWork = { looks: 3, busySeconds: 0.8 };

/** Those that wait for snapshots, and how often they ask before it takes long: see `lookAgain` there. */
const SNAPSHOTS: Readonly<Record<string, number>> = { 'disk.share': 4, 'disk.custody': 5 };
const BUSY_SECONDS_OF_LOOK = 0.2;
const LONGEST_PAUSE_MINUTES = 5;

/** Looks at snapshots that take so long: every five minutes, and more often towards the end. */
function atSnapshots(first: number, minutes: number): UsualWork {
  const looks = first + Math.ceil(minutes / LONGEST_PAUSE_MINUTES);
  return { looks, busySeconds: looks * BUSY_SECONDS_OF_LOOK };
}

/** @param snapshotMinutes - until the snapshot of the largest disk is complete, and its copy as long again */
export function usualWork({ step }: PlanStep, snapshotMinutes: number): UsualWork {
  const first = SNAPSHOTS[step.id];
  if (first !== undefined) return atSnapshots(first, snapshotMinutes);
  return MEASURED[step.id] ?? (step.run.poll === undefined ? ONE_TASK : POLLED);
}
