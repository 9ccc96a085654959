import { type Machine, machineOf } from '../hosts/machine.js';
import { runningHost } from '../hosts/world-hosts.js';
import { outsideOfProcesses } from '../simulated-process.js';
import type { SimulatedRegion } from '../simulation/account.js';
import {
  type CommandInvocation,
  commandsOf,
  type Ending,
  hasEnded,
  type SentCommand,
  statusAt,
} from './command.js';
import { nodeOf } from './nodes.js';
import { errorWithEnd, shownError, shownOutput } from './output.js';

const KILLED = 'failed to run commands: signal: killed';

function ending(
  command: SentCommand,
  startedMs: number,
  execution: {
    readonly seconds: number;
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly timedOut: boolean;
  },
): Ending {
  const limit = command.executionTimeoutSeconds;
  if (execution.timedOut || execution.seconds > limit) {
    const status = ['TimedOut', 'Execution Timed Out'] as const;
    return { atMs: startedMs + limit * 1000, status, exitCode: -1, stdout: '', stderr: KILLED };
  }
  const { exitCode } = execution;
  return {
    atMs: startedMs + Math.round(execution.seconds * 1000),
    status: exitCode === 0 ? ['Success', 'Success'] : ['Failed', 'Failed'],
    exitCode,
    stdout: shownOutput(execution.stdout),
    stderr: shownError(errorWithEnd(execution.stderr, exitCode)),
  };
}

async function runOnHost(
  region: SimulatedRegion,
  command: SentCommand,
  invocation: CommandInvocation,
): Promise<void> {
  const host = runningHost(region, invocation.instanceId);
  const nowMs = region.world.now().getTime();
  if (host === undefined) return;
  const delay = region.world.random.fork(`delivery-${command.id}`).integer(200, 1_500);
  // Marked first: nobody else may pick it up while it runs.
  invocation.startedMs = nowMs + delay;
  const execution = await host.run(command.script);
  invocation.ending = ending(command, invocation.startedMs, execution);
}

/** The machine runs it in real time: nobody waits here, and its end is written down when it comes. */
async function runOnMachine(
  { region, machine }: { readonly region: SimulatedRegion; readonly machine: Machine },
  command: SentCommand,
  invocation: CommandInvocation,
): Promise<void> {
  const { clock } = region.world;
  const startedMs = region.world.now().getTime();
  invocation.startedMs = startedMs;
  const over = new AbortController();
  const limit = new Date(startedMs + command.executionTimeoutSeconds * 1_000);
  clock.sleepUntil(limit, over.signal).then(
    () => invocation.killed.abort(),
    () => undefined,
  );
  const lost = { seconds: Number.POSITIVE_INFINITY, exitCode: -1, stdout: '', stderr: '', timedOut: true };
  try {
    const execution = await clock.working(() => machine.run(command.script, invocation.killed.signal));
    const seconds = (region.world.now().getTime() - startedMs) / 1_000;
    invocation.ending ??= ending(command, startedMs, { ...execution, seconds, timedOut: false });
  } catch {
    // Whoever has lost its agent never hears how the script ended: its time runs out.
    invocation.ending ??= ending(command, startedMs, lost);
  } finally {
    over.abort();
  }
}

async function run(
  region: SimulatedRegion,
  command: SentCommand,
  invocation: CommandInvocation,
): Promise<void> {
  const machine = machineOf(region, invocation.instanceId);
  if (machine === undefined) await runOnHost(region, command, invocation);
  else outsideOfProcesses(() => void runOnMachine({ region, machine }, command, invocation));
}

/**
 * Lets the agents pick up what waits for them. The script runs for real at once; when it will have ended in virtual
 * time is written down, and nobody is told before.
 */
export async function deliver(region: SimulatedRegion): Promise<void> {
  for (const command of commandsOf(region).values()) {
    for (const invocation of command.invocations) {
      const waits = invocation.startedMs === undefined && invocation.cancelledMs === undefined;
      if (!waits || hasEnded(statusAt(command, invocation, region.world.now().getTime()))) continue;
      if (nodeOf(region, invocation.instanceId)?.connected === true) await run(region, command, invocation);
    }
  }
}
