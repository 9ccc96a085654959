import * as sdk from '@aws-sdk/client-ssm';
import type { SimulatedCall, SimulatedService } from '../simulation/service.js';
import { jsonErrors } from '../simulation/service-errors.js';
import { commandHandlers } from './command-handlers.js';
import { nodeHandlers } from './node-handlers.js';
import { parameterHandlers } from './parameters.js';
import { sendCommandHandlers } from './send-command.js';
import { sessionHandlers } from './sessions.js';

function resource(operation: string, call: SimulatedCall): string {
  // Each operation's own input: only these fields are looked at.
  const input = call.input as {
    readonly InstanceIds?: readonly string[];
    readonly SessionId?: string;
    readonly Name?: string;
  };
  const { region } = call;
  if (operation === 'SendCommand' && input.InstanceIds?.[0] !== undefined) {
    return region.arn('ec2', `instance/${input.InstanceIds[0]}`);
  }
  if (operation === 'TerminateSession') return region.arn('ssm', `session/${input.SessionId}`);
  if (operation === 'GetParameter')
    return region.arn('ssm', `parameter/${(input.Name ?? '').replace(/^\//, '')}`);
  return '*';
}

export const ssmService: SimulatedService = {
  id: 'ssm',
  client: sdk.SSMClient,
  sdk,
  errors: jsonErrors,
  resource,
  handlers: {
    ...nodeHandlers,
    ...sendCommandHandlers,
    ...commandHandlers,
    ...sessionHandlers,
    ...parameterHandlers,
  },
};
