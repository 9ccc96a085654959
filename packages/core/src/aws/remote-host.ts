import type { Account } from '../engine/account.js';
import type { SentScript } from '../engine/acquired-with.js';
import type { Clock } from '../engine/clock.js';
import { milliseconds } from '../engine/duration.js';
import { StepFailure } from '../engine/failure.js';
import type {
  CommandEnd,
  CommandResult,
  HostScript,
  RemoteHost,
  SendOptions,
} from '../engine/remote-host.js';
import { AgentPulse } from './agent-pulse.js';
import { composeCommand, scriptSha256 } from './host-command.js';
import { ssm } from './operations.js';

const DOCUMENT = 'AWS-RunShellScript';

/** How long SSM tries to deliver; how long the script then may run is `executionTimeout`. */
const DELIVERY_SECONDS = 120;
const MIN_RUN_SECONDS = 5;
const MAX_RUN_SECONDS = 172_800;

/** GetCommandInvocation cuts stdout there. */
const MAX_STDOUT = 24_000;
const CUT_MARK = /-{2,3}output truncated-{2,4}\s*$/i;

/** No incident runs longer than this back. */
const SEARCH_BACK_MS = 3 * 24 * 3600 * 1000;

/** SSM's status details, without spaces; it spells one of them both ways. What is not here is still going on. */
const ENDS: Readonly<Record<string, CommandEnd>> = {
  Success: 'Success',
  Failed: 'Failed',
  TimedOut: 'TimedOut',
  DeliveryTimedOut: 'DeliveryTimedOut',
  ExecutionTimedOut: 'ExecutionTimedOut',
  Cancelled: 'Cancelled',
  Canceled: 'Cancelled',
  Undeliverable: 'Undeliverable',
  Terminated: 'Terminated',
  InvalidPlatform: 'InvalidPlatform',
  AccessDenied: 'AccessDenied',
};

export interface SsmHostOptions {
  readonly account: Account;
  readonly instanceId: string;
  /** The step's key: SSM has no client token, so the comment of the command carries it. */
  readonly key: string;
  readonly clock: Clock;
  /** Shared by all hosts of a process. Default: this host's own. */
  readonly pulse?: AgentPulse;
}

interface Invocation {
  readonly Status?: string | undefined;
  readonly StatusDetails?: string | undefined;
  readonly ResponseCode?: number | undefined;
  readonly StandardOutputContent?: string | undefined;
  readonly StandardErrorContent?: string | undefined;
  readonly ExecutionStartDateTime?: string | undefined;
}

function toResult(invocation: Invocation): CommandResult {
  const details = (invocation.StatusDetails || invocation.Status || '').replaceAll(' ', '');
  const end = ENDS[details];
  if (end === undefined) return { status: 'running' };
  const stdout = invocation.StandardOutputContent ?? '';
  return {
    status: 'ended',
    end,
    exitCode: invocation.ResponseCode ?? -1,
    stdout,
    stderr: invocation.StandardErrorContent ?? '',
    truncated: stdout.length >= MAX_STDOUT || CUT_MARK.test(stdout),
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof StepFailure && error.code === code;
}

function runSeconds(options: { readonly timeout: Parameters<typeof milliseconds>[0] }): string {
  const seconds = Math.ceil(milliseconds(options.timeout) / 1000);
  return String(Math.min(MAX_RUN_SECONDS, Math.max(MIN_RUN_SECONDS, seconds)));
}

/** Commands of this step's key, oldest first; of one script where it is named. */
async function sentCommands(
  { account, instanceId, key, clock }: SsmHostOptions,
  scriptName: string | undefined,
): Promise<readonly string[]> {
  const isOurs = (comment = '') =>
    scriptName === undefined ? comment.split(' ')[0] === key : comment === `${key} ${scriptName}`;
  const found: { readonly id: string; readonly at: number }[] = [];
  const since = new Date(clock.now().getTime() - SEARCH_BACK_MS).toISOString();
  let next: string | undefined;
  do {
    const page = await account.call(ssm.ListCommands, {
      InstanceId: instanceId,
      Filters: [{ key: 'InvokedAfter', value: since }],
      ...(next === undefined ? {} : { NextToken: next }),
    });
    for (const { CommandId, Comment, DocumentName, RequestedDateTime } of page.Commands ?? []) {
      if (!isOurs(Comment) || DocumentName !== DOCUMENT || CommandId === undefined) continue;
      found.push({ id: CommandId, at: RequestedDateTime?.getTime() ?? 0 });
    }
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return found.sort((a, b) => a.at - b.at).map(({ id }) => id);
}

/** For the record: with what the host was asked. */
function sentScript(script: HostScript, { tools }: SendOptions): SentScript {
  const what = { script: script.name, sha256: scriptSha256(script), document: DOCUMENT };
  return tools === undefined ? what : { ...what, tools };
}

/** Undefined: it has not, or SSM does not say so yet. */
function begunAt({ ExecutionStartDateTime: text = '' }: Invocation): Date | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

async function invocationOf(
  { account, instanceId }: SsmHostOptions,
  commandId: string,
): Promise<Invocation | undefined> {
  try {
    return await account.call(ssm.GetCommandInvocation, { CommandId: commandId, InstanceId: instanceId });
  } catch (error) {
    // Normal for some seconds after SendCommand; the step's own timeout bounds it.
    if (isCode(error, 'InvocationDoesNotExist')) return undefined;
    throw error;
  }
}

/** A host behind SSM's Run Command. */
export function ssmHost(options: SsmHostOptions): RemoteHost {
  const { account, instanceId, key, pulse = new AgentPulse(options.clock) } = options;
  return {
    instanceId,
    async send(script, sendOptions) {
      const command = composeCommand(script, key, sendOptions.parameters ?? {});
      const input = {
        DocumentName: DOCUMENT,
        InstanceIds: [instanceId],
        Comment: `${key} ${script.name}`,
        TimeoutSeconds: DELIVERY_SECONDS,
        Parameters: { commands: [command], executionTimeout: [runSeconds(sendOptions)] },
      };
      const answer = await account.call(ssm.SendCommand, input, { sent: sentScript(script, sendOptions) });
      const id = answer.Command?.CommandId;
      if (id === undefined)
        throw StepFailure.ambiguous('NO_COMMAND_ID', 'ssm:SendCommand gave no command id');
      return id;
    },
    async result(commandId, { patience } = {}) {
      const invocation = await invocationOf(options, commandId);
      if (invocation === undefined) return { status: 'running' };
      const result = toResult(invocation);
      if (result.status === 'running' && patience !== 'own') await pulse.feel(options, begunAt(invocation));
      return result;
    },
    async sent(scriptName) {
      return (await sentCommands(options, scriptName))[0] ?? null;
    },
    async cancel(commandId) {
      await account.call(ssm.CancelCommand, { CommandId: commandId, InstanceIds: [instanceId] });
    },
  };
}
