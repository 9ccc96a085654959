import type { HashedTool } from './acquired-with.js';
import type { Duration } from './duration.js';

/** A script that runs on a host: a real `.sh` file in the sources, embedded at build time. */
export interface HostScript {
  /** Kebab case, for the journal: `quick-triage`. */
  readonly name: string;
  /** Bash, without shebang; the prelude (`param`, `once`, strict mode) is put before it. */
  readonly text: string;
}

/** Parameters reach the script as base64 JSON in one variable and are read with `param NAME`. */
export type ScriptParameters = Readonly<Record<string, string | number>>;

export interface SendOptions {
  readonly parameters?: ScriptParameters;
  /** How long the script may run on the host (SSM's executionTimeout). */
  readonly timeout: Duration;
  /** What the script will fetch and compare with these hashes: for the record. */
  readonly tools?: readonly HashedTool[];
}

/** Why a command ended, in SSM's words without spaces. */
export type CommandEnd =
  | 'Success'
  | 'Failed'
  | 'TimedOut'
  | 'DeliveryTimedOut'
  | 'ExecutionTimedOut'
  | 'Cancelled'
  | 'Undeliverable'
  | 'Terminated'
  | 'InvalidPlatform'
  | 'AccessDenied';

export type CommandResult =
  | { readonly status: 'running' }
  | {
      readonly status: 'ended';
      readonly end: CommandEnd;
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      /** SSM cut stdout (24,000 characters): never parse it. */
      readonly truncated: boolean;
    };

export interface ResultOptions {
  /** The caller gives up by itself within minutes: nobody asks whether the host still answers. */
  readonly patience?: 'own';
}

/** A host that is reached through SSM: the suspect, or the forensic instance. */
export interface RemoteHost {
  readonly instanceId: string;
  /** Sends the script; returns SSM's command id. The step's key and the script's name stand in the command's comment. */
  send(script: HostScript, options: SendOptions): Promise<string>;
  /**
   * What became of a command. While it runs, it is asked now and then whether SSM still hears of the host's agent.
   *
   * @throws StepFailure `AGENT_SILENT`: not for a quarter of an hour, and SSM has given it up
   */
  result(commandId: string, options?: ResultOptions): Promise<CommandResult>;
  /** The oldest command with this step's key, of this script where one is named, for `recover`; null: there is none. */
  sent(scriptName?: string): Promise<string | null>;
  cancel(commandId: string): Promise<void>;
}
