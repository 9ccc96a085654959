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
