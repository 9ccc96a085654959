import type { CommandInvocation as DescribedInvocation } from '@aws-sdk/client-ssm';
import type { Handlers, SimulatedCall } from '../simulation/service.js';
import { type CommandInvocation, commandsOf, hasEnded, type SentCommand, statusAt } from './command.js';
import { deliver } from './deliver.js';
import { ssmError } from './errors.js';
import { pageOf } from './pages.js';
import { describeCommand } from './send-command.js';

type Ssm = typeof import('@aws-sdk/client-ssm');

interface CommandFilter {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

function keeps(command: SentCommand, { key = '', value = '' }: CommandFilter, nowMs: number): boolean {
  const requested = command.requestedAt.getTime();
  if (key === 'InvokedAfter') return requested > Date.parse(value);
  if (key === 'InvokedBefore') return requested < Date.parse(value);
  if (key === 'DocumentName') return command.documentName === value;
  if (key === 'Status') return describeCommand(command, nowMs).Status === value;
  throw ssmError.invalidFilter(key);
}

interface CommandQuery {
  readonly CommandId?: string | undefined;
  readonly InstanceId?: string | undefined;
  readonly Filters?: readonly CommandFilter[] | undefined;
}

/** Newest first, as Systems Manager lists them. */
function listed(call: SimulatedCall<CommandQuery>): readonly SentCommand[] {
  const { CommandId, InstanceId, Filters = [] } = call.input;
  const nowMs = call.world.now().getTime();
  return [...commandsOf(call.region).values()]
    .filter((command) => command.listedFromMs <= nowMs)
    .filter((command) => CommandId === undefined || command.id === CommandId)
    .filter(
      (command) =>
        InstanceId === undefined || command.invocations.some((one) => one.instanceId === InstanceId),
    )
    .filter((command) => Filters.every((filter) => keeps(command, filter, nowMs)))
    .reverse();
}

/** Empty until the command has ended: there is no progress to read here. */
function output(command: SentCommand, invocation: CommandInvocation, nowMs: number) {
  const ended = hasEnded(statusAt(command, invocation, nowMs)) ? invocation.ending : undefined;
  return {
    ResponseCode: ended?.exitCode ?? -1,
    StandardOutputContent: ended?.stdout ?? '',
    StandardErrorContent: ended?.stderr ?? '',
  };
}

const MOST_PLUGIN_OUTPUT = 2_500;

function describeInvocation(
  call: SimulatedCall<{ Details?: boolean | undefined }>,
  command: SentCommand,
  invocation: CommandInvocation,
): DescribedInvocation {
  const nowMs = call.world.now().getTime();
  const [status, details] = statusAt(command, invocation, nowMs);
  const { ResponseCode, StandardOutputContent } = output(command, invocation, nowMs);
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    DocumentName: command.documentName,
    Comment: command.comment,
    RequestedDateTime: command.requestedAt,
    Status: status,
    StatusDetails: details,
    CommandPlugins:
      call.input.Details === true
        ? [
            {
              Name: 'aws:runShellScript',
              Status: status === 'Cancelling' ? 'InProgress' : status,
              StatusDetails: details,
              ResponseCode,
              Output: StandardOutputContent.slice(0, MOST_PLUGIN_OUTPUT),
            },
          ]
        : [],
  };
}

export const commandHandlers: Handlers<
  Ssm,
  'GetCommandInvocation' | 'ListCommands' | 'ListCommandInvocations'
> = {
  GetCommandInvocation: async (call) => {
    await deliver(call.region);
    const { CommandId: id = '', InstanceId } = call.input;
    const command = commandsOf(call.region).get(id);
    const invocation = command?.invocations.find((one) => one.instanceId === InstanceId);
    const nowMs = call.world.now().getTime();
    if (command === undefined || invocation === undefined || invocation.visibleFromMs > nowMs)
      throw ssmError.noInvocation();
    const [status, details] = statusAt(command, invocation, nowMs);
    return {
      CommandId: id,
      InstanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      PluginName: 'aws:runShellScript',
      Status: status,
      StatusDetails: details,
      ...output(command, invocation, nowMs),
      ...(invocation.startedMs !== undefined && invocation.startedMs <= nowMs
        ? { ExecutionStartDateTime: new Date(invocation.startedMs).toISOString() }
        : {}),
    };
  },

  ListCommands: async (call) => {
    await deliver(call.region);
    const nowMs = call.world.now().getTime();
    const { items, next } = pageOf(call, listed(call));
    return { Commands: items.map((command) => describeCommand(command, nowMs)), ...next };
  },

  ListCommandInvocations: async (call) => {
    await deliver(call.region);
    const all = listed(call).flatMap((command) =>
      command.invocations
        .filter((one) => call.input.InstanceId === undefined || one.instanceId === call.input.InstanceId)
        .map((invocation) => describeInvocation(call, command, invocation)),
    );
    const { items, next } = pageOf(call, all);
    return { CommandInvocations: [...items], ...next };
  },
};
