import * as sdk from '@aws-sdk/client-ssm';
import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import type { AuthorizedSubject, SimulatedCall, SimulatedService } from '../simulation/service.js';
import { jsonErrors } from '../simulation/service-errors.js';
import { commandHandlers } from './command-handlers.js';
import { nodeHandlers } from './node-handlers.js';
import { parameterHandlers } from './parameters.js';
import { sendCommandHandlers } from './send-command.js';
import { sessionHandlers } from './sessions.js';

/** Run Command asks for the document, and for each instance by the tags that it has. */
function commandSubjects(region: SimulatedRegion, document: string, instanceIds: readonly string[]) {
  const owner = document.startsWith('AWS-') ? '' : region.account.id;
  const instances = instanceIds.map((id) => {
    const tags = [...(instancesOf(region).find(id)?.tags ?? [])];
    return {
      resource: region.arn('ec2', `instance/${id}`),
      context: Object.fromEntries(
        tags.flatMap(([key, value]) => [
          [`ssm:resourceTag/${key}`, value],
          [`aws:ResourceTag/${key}`, value],
        ]),
      ),
    };
  });
  return [{ resource: `arn:aws:ssm:${region.name}:${owner}:document/${document}` }, ...instances];
}

function subjects(operation: string, call: SimulatedCall): readonly AuthorizedSubject[] {
  // Each operation's own input: only these fields are looked at.
  const input = call.input as {
    readonly InstanceIds?: readonly string[];
    readonly DocumentName?: string;
    readonly SessionId?: string;
    readonly Name?: string;
  };
  const { region } = call;
  if (operation === 'SendCommand')
    return commandSubjects(region, input.DocumentName ?? '', input.InstanceIds ?? []);
  if (operation === 'TerminateSession')
    return [{ resource: region.arn('ssm', `session/${input.SessionId}`) }];
  if (operation === 'GetParameter')
    return [{ resource: region.arn('ssm', `parameter/${(input.Name ?? '').replace(/^\//, '')}`) }];
  return [{ resource: '*' }];
}

export const ssmService: SimulatedService = {
  id: 'ssm',
  client: sdk.SSMClient,
  sdk,
  errors: jsonErrors,
  subjects,
  handlers: {
    ...nodeHandlers,
    ...sendCommandHandlers,
    ...commandHandlers,
    ...sessionHandlers,
    ...parameterHandlers,
  },
};
