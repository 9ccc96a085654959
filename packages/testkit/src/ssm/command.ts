import type { SimulatedRegion } from '../simulation/account.js';
import { slice } from '../simulation/slice.js';

/** In Systems Manager's words: the status, its details. */
export type InvocationStatus = readonly [
  status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled' | 'Cancelling',
  details: string,
];

/** How a command ended on a host, or will have ended when its virtual time is over. */
export interface Ending {
  readonly atMs: number;
  readonly status: InvocationStatus;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command for one instance. */
export interface CommandInvocation {
  readonly instanceId: string;
  /** Until then GetCommandInvocation knows nothing of it. */
  readonly visibleFromMs: number;
  startedMs: number | undefined;
  ending: Ending | undefined;
  /** It has ended so on the host, whose agent cannot say so now. */
  unheard: Ending | undefined;
  cancelledMs: number | undefined;
  /** Kills the script, where it runs on a machine in real time. */
  readonly killed: AbortController;
}

export interface SentCommand {
  readonly id: string;
  readonly documentName: string;
  readonly comment: string;
  readonly script: string;
  readonly requestedAt: Date;
  readonly timeoutSeconds: number;
  readonly executionTimeoutSeconds: number;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** ARN of the principal that sent it. */
  readonly sender: string;
  /** Until then ListCommands does not show it. */
  readonly listedFromMs: number;
  readonly invocations: readonly CommandInvocation[];
}

/** Commands of a region, oldest first. */
export const commandsOf = slice((_region: SimulatedRegion) => new Map<string, SentCommand>());

/** Nobody has told how it ended when its time was over. */
export function timedOut(command: SentCommand, startedMs: number): Ending {
  return {
    atMs: startedMs + command.executionTimeoutSeconds * 1000,
    status: ['TimedOut', 'Execution Timed Out'],
    exitCode: -1,
    stdout: '',
    stderr: 'failed to run commands: signal: killed',
  };
}

/** What runs on an instance ends with it: how, is never heard. */
export function loseCommands(region: SimulatedRegion, instanceId: string): void {
  const nowMs = region.world.now().getTime();
  for (const command of commandsOf(region).values())
    for (const invocation of command.invocations) {
      const { startedMs } = invocation;
      if (invocation.instanceId !== instanceId || startedMs === undefined) continue;
      if (hasEnded(statusAt(command, invocation, nowMs))) continue;
      invocation.unheard = undefined;
      invocation.ending = timedOut(command, startedMs);
    }
}

/** The status of an invocation at this moment. */
export function statusAt(
  command: SentCommand,
  invocation: CommandInvocation,
  nowMs: number,
): InvocationStatus {
  const { ending, startedMs, cancelledMs } = invocation;
  if (ending !== undefined && ending.atMs <= nowMs) return ending.status;
  if (cancelledMs !== undefined) return ['Cancelling', 'Cancelling'];
  if (startedMs !== undefined && startedMs <= nowMs) return ['InProgress', 'InProgress'];
  const undeliverable = command.requestedAt.getTime() + command.timeoutSeconds * 1000;
  return startedMs === undefined && undeliverable <= nowMs
    ? ['TimedOut', 'Delivery Timed Out']
    : ['Pending', 'Pending'];
}

export function hasEnded([status]: InvocationStatus): boolean {
  return !['Pending', 'InProgress', 'Cancelling'].includes(status);
}

/** The status of the whole command: of its worst invocation. */
export function overallStatus(command: SentCommand, nowMs: number): InvocationStatus {
  const all = command.invocations.map((invocation) => statusAt(command, invocation, nowMs));
  const running = all.find((status) => !hasEnded(status));
  return running ?? all.find(([status]) => status !== 'Success') ?? ['Success', 'Success'];
}
