import type { Command, SendCommandCommandInput } from '@aws-sdk/client-ssm';
import { NotSimulated } from '../simulation/errors.js';
import { visibleFromMs } from '../simulation/lag.js';
import type { Handlers, SimulatedCall } from '../simulation/service.js';
import { commandsOf, hasEnded, overallStatus, type SentCommand, statusAt } from './command.js';
import { deliver } from './deliver.js';
import { ssmError } from './errors.js';
import { hearCommand } from './hear-command.js';
import { nodeOf } from './nodes.js';

type Ssm = typeof import('@aws-sdk/client-ssm');
type SendCall = SimulatedCall<SendCommandCommandInput>;

const MOST_COMMENT = 100;
const MOST_COMMAND_BYTES = 65_536;
const MOST_INSTANCES = 50;
const DELIVERY_SECONDS = [30, 2_592_000] as const;
const EXECUTION_SECONDS = [1, 172_800] as const;
const DEFAULT_SECONDS = 3_600;

function checkInput({ input }: SendCall): void {
  const { DocumentName: name = '', Comment: comment = '', TimeoutSeconds: timeout } = input;
  if (input.Targets !== undefined) throw new NotSimulated('ssm:SendCommand with Targets');
  if (name !== 'AWS-RunShellScript') {
    if (name.startsWith('AWS-')) throw new NotSimulated(`ssm:SendCommand ${name}`);
    throw ssmError.invalidDocument(name);
  }
  if (comment.length > MOST_COMMENT) {
    throw ssmError.validation(
      `1 validation error detected: Value at 'comment' failed to satisfy constraint: Member must have length less than or equal to ${MOST_COMMENT}`,
    );
  }
  if (timeout !== undefined && (timeout < DELIVERY_SECONDS[0] || timeout > DELIVERY_SECONDS[1])) {
    throw ssmError.validation(
      `1 validation error detected: Value '${timeout}' at 'timeoutSeconds' failed to satisfy constraint: Member must be between ${DELIVERY_SECONDS.join(' and ')}`,
    );
  }
}

function executionTimeout(input: SendCommandCommandInput): number {
  const text = input.Parameters?.['executionTimeout']?.[0];
  if (text === undefined) return DEFAULT_SECONDS;
  const seconds = Number(text);
  const valid = /^[1-9]\d*$/.test(text) && seconds <= EXECUTION_SECONDS[1];
  if (!valid) throw ssmError.invalidParameters('executionTimeout does not match the allowed pattern');
  return seconds;
}

function scriptOf(input: SendCommandCommandInput): string {
  const lines = input.Parameters?.['commands'];
  if (lines === undefined || lines.length === 0) throw ssmError.invalidParameters('commands is required');
  const script = lines.join('\n');
  if (Buffer.byteLength(script) > MOST_COMMAND_BYTES) throw ssmError.tooLarge();
  return script;
}

function checkInstances({ region, account, input }: SendCall): readonly string[] {
  const { InstanceIds: ids = [] } = input;
  if (ids.length === 0 || ids.length > MOST_INSTANCES) {
    throw ssmError.validation('You must specify between 1 and 50 InstanceIds, or Targets');
  }
  const wrong = ids.filter((id) => {
    const node = nodeOf(region, id);
    return node === undefined || !node.known || node.pingStatus !== 'Online';
  });
  if (wrong.length > 0) throw ssmError.invalidInstance(wrong, account.id);
  return ids;
}

function record(call: SendCall): SentCommand {
  const { world, input } = call;
  const nowMs = world.now().getTime();
  const id = world.uuid();
  const propagates = world.random.fork(`propagation-${id}`);
  return {
    id,
    documentName: input.DocumentName ?? '',
    comment: input.Comment ?? '',
    script: scriptOf(input),
    requestedAt: world.now(),
    timeoutSeconds: input.TimeoutSeconds ?? DEFAULT_SECONDS,
    executionTimeoutSeconds: executionTimeout(input),
    parameters: input.Parameters ?? {},
    sender: call.principal.arn,
    listedFromMs: visibleFromMs(world),
    invocations: checkInstances(call).map((instanceId) => ({
      instanceId,
      visibleFromMs: Math.max(nowMs + propagates.integer(0, 3_000), visibleFromMs(world)),
      startedMs: undefined,
      ending: undefined,
      unheard: undefined,
      cancelledMs: undefined,
      killed: new AbortController(),
    })),
  };
}

/** A command as Systems Manager describes it. */
export function describeCommand(command: SentCommand, nowMs: number): Command {
  const [status, details] = overallStatus(command, nowMs);
  const ended = command.invocations.filter((one) => hasEnded(statusAt(command, one, nowMs)));
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: '$DEFAULT',
    Comment: command.comment,
    Parameters: Object.fromEntries(
      Object.entries(command.parameters).map(([name, values]) => [name, [...values]]),
    ),
    InstanceIds: command.invocations.map((one) => one.instanceId),
    RequestedDateTime: command.requestedAt,
    ExpiresAfter: new Date(
      command.requestedAt.getTime() + (command.timeoutSeconds + command.executionTimeoutSeconds) * 1000,
    ),
    Status: status,
    StatusDetails: details,
    TimeoutSeconds: command.timeoutSeconds,
    TargetCount: command.invocations.length,
    CompletedCount: ended.length,
    MaxConcurrency: '50',
    MaxErrors: '0',
  };
}

export const sendCommandHandlers: Handlers<Ssm, 'SendCommand' | 'CancelCommand'> = {
  SendCommand: async (call) => {
    hearCommand(call);
    checkInput(call);
    const command = record(call);
    const answer = describeCommand(command, call.world.now().getTime());
    commandsOf(call.region).set(command.id, command);
    await deliver(call.region);
    return { Command: answer };
  },

  CancelCommand: async (call) => {
    const { region, world, input } = call;
    await deliver(region);
    const command = commandsOf(region).get(input.CommandId ?? '');
    if (command === undefined) throw ssmError.invalidCommand();
    const nowMs = world.now().getTime();
    for (const invocation of command.invocations) {
      if (input.InstanceIds !== undefined && !input.InstanceIds.includes(invocation.instanceId)) continue;
      if (hasEnded(statusAt(command, invocation, nowMs)) || invocation.cancelledMs !== undefined) continue;
      invocation.cancelledMs = nowMs;
      invocation.unheard = undefined;
      invocation.killed.abort();
      // What has not started ends at once; the agent takes a moment to kill what runs. What it did is done.
      const atMs = invocation.startedMs === undefined ? nowMs : nowMs + 2_000;
      invocation.ending = { atMs, status: ['Cancelled', 'Cancelled'], exitCode: -1, stdout: '', stderr: '' };
    }
    return {};
  },
};
