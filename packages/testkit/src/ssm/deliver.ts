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
  timedOut,
} from './command.js';
import { nodeOf } from './nodes.js';
import { errorWithEnd, shownError, shownOutput } from './output.js';

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
  if (execution.timedOut || execution.seconds > command.executionTimeoutSeconds)
    return timedOut(command, startedMs);
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
  try {
    const execution = await clock.working(() => machine.run(command.script, invocation.killed.signal));
    const seconds = (region.world.now().getTime() - startedMs) / 1_000;
    invocation.ending ??= ending(command, startedMs, { ...execution, seconds, timedOut: false });
  } catch {
    // Whoever has lost its agent never hears how the script ended: its time runs out.
    invocation.ending ??= timedOut(command, startedMs);
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

/** What ends while its agent is cut off is heard when it is back, if the command's time is not over by then. */
function hear(
  { region, connected }: { readonly region: SimulatedRegion; readonly connected: boolean },
  command: SentCommand,
  invocation: CommandInvocation,
): void {
  const { startedMs, ending: known, unheard } = invocation;
  const nowMs = region.world.now().getTime();
  if (startedMs === undefined) return;
  if (connected && unheard !== undefined) {
    invocation.ending = { ...unheard, atMs: Math.max(unheard.atMs, nowMs) };
    invocation.unheard = undefined;
  }
  if (!connected && (known?.status[0] === 'Success' || known?.status[0] === 'Failed')) {
    invocation.unheard = known;
    invocation.ending = timedOut(command, startedMs);
  }
}

/**
 * Lets the agents pick up what waits for them. The script runs for real at once; when it will have ended in virtual
 * time is written down, and nobody is told before.
 */
export async function deliver(region: SimulatedRegion): Promise<void> {
  for (const command of commandsOf(region).values()) {
    for (const invocation of command.invocations) {
      if (hasEnded(statusAt(command, invocation, region.world.now().getTime()))) continue;
      const connected = nodeOf(region, invocation.instanceId)?.connected === true;
      const waits = invocation.startedMs === undefined && invocation.cancelledMs === undefined;
      if (!waits) hear({ region, connected }, command, invocation);
      else if (connected) await run(region, command, invocation);
    }
  }
}
