import type { SimulatedRegion } from '../simulation/account.js';
import { rootContent } from './root-content.js';

export interface MachineExecution {
  /** -1 when it was ended by a signal. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What runs behind an instance where it is no folder: its commands take real time. */
export interface Machine {
  /** Whether its agent answers at all; what the network lets through is asked elsewhere. */
  readonly agentAlive: boolean;
  /**
   * Runs a script as SSM's agent would.
   *
   * @throws Error when the agent is lost before the script ends, or the signal's reason, by which the script is killed
   */
  run(script: string, signal: AbortSignal): Promise<MachineExecution>;
}

/** Content of a root volume from which a machine boots that is no folder. */
export interface MachineDisk {
  readonly kind: 'machine-disk';
  machineOf(region: SimulatedRegion, instanceId: string): Machine | undefined;
}

function isMachineDisk(content: unknown): content is MachineDisk {
  return (
    typeof content === 'object' && content !== null && 'kind' in content && content.kind === 'machine-disk'
  );
}

/** The machine behind an instance; undefined where it is a simulated host, or nothing. */
export function machineOf(region: SimulatedRegion, instanceId: string): Machine | undefined {
  const content = rootContent(region, instanceId);
  return isMachineDisk(content) ? content.machineOf(region, instanceId) : undefined;
}
