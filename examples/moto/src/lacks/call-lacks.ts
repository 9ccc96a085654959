import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GetConsoleScreenshotCommand } from '@aws-sdk/client-ec2';
import {
  CancelCommandCommand,
  DescribeInstanceAssociationsStatusCommand,
  DescribeInstanceInformationCommand,
  DescribeSessionsCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { present } from '../present.ts';
import { isUnknown, type Lack } from './lack.ts';

const NODE = 'i-0123456789abcdef0';

/** The instances that a call asks for by filter. */
function askedFor(input: object): readonly string[] {
  const { Filters = [] } = input as { readonly Filters?: readonly { readonly Values?: readonly string[] }[] }; // as ours asks
  return Filters.flatMap(({ Values = [] }) => Values);
}

const INFORMATION: Lack = {
  operation: 'ssm:DescribeInstanceInformation',
  lacks: 'the call: it has no managed nodes',
  instead: "says that the forensic instance is online, and that the suspect's account manages nothing",
  answer: async ({ role, input }) => ({
    InstanceInformationList:
      role === 'suspect'
        ? []
        : askedFor(input).map((InstanceId) => ({ InstanceId, PingStatus: 'Online', PlatformType: 'Linux' })),
  }),
  isLacking: ({ security: { ssm } }) => isUnknown(ssm.send(new DescribeInstanceInformationCommand({}))),
};

const SESSIONS: Lack = {
  operation: 'ssm:DescribeSessions',
  lacks: 'the call: it has no Session Manager',
  instead: 'says that nobody is on the instance',
  answer: async () => ({ Sessions: [] }),
  isLacking: ({ security: { ssm } }) => isUnknown(ssm.send(new DescribeSessionsCommand({ State: 'Active' }))),
};

const ASSOCIATIONS: Lack = {
  operation: 'ssm:DescribeInstanceAssociationsStatus',
  lacks: 'the call: it has no State Manager',
  instead: 'says that there are no associations',
  answer: async () => ({ InstanceAssociationStatusInfos: [] }),
  isLacking: ({ security: { ssm } }) =>
    isUnknown(ssm.send(new DescribeInstanceAssociationsStatusCommand({ InstanceId: NODE }))),
};

const SCREENSHOT: Lack = {
  operation: 'ec2:GetConsoleScreenshot',
  lacks: 'the call',
  instead: 'the evidence goes without it, and says so',
  isLacking: ({ security: { ec2 } }) =>
    isUnknown(ec2.send(new GetConsoleScreenshotCommand({ InstanceId: NODE }))),
};

const TRAIL: Lack = {
  operation: 'cloudtrail:LookupEvents',
  lacks: 'the call: it has no event history',
  instead: 'the evidence goes without it, and says so',
  isLacking: ({ security: { cloudtrail } }) => isUnknown(cloudtrail.send(new LookupEventsCommand({}))),
};

const CANCEL: Lack = {
  operation: 'ssm:CancelCommand',
  lacks: 'the call',
  instead: 'nothing is cancelled: no test comes so far',
  isLacking: ({ security: { ssm } }) =>
    isUnknown(ssm.send(new CancelCommandCommand({ CommandId: '5f3d9d7e-1111-4111-8111-111111111111' }))),
};

const RUN: Lack = {
  operation: 'ssm:SendCommand',
  lacks: 'hosts: it says of every command that it succeeded, with nothing on stdout',
  instead: 'the steps are taken to where a host would answer; there they fail, and say so',
  async isLacking({ security: { ssm } }) {
    const parameters = { commands: ['echo here'] };
    const sent = await ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [NODE],
        Parameters: parameters,
      }),
    );
    const CommandId = present(sent.Command?.CommandId, 'command');
    const end = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: NODE }));
    return end.Status === 'Success' && end.StandardOutputContent === '';
  },
};

export const CALL_LACKS: readonly Lack[] = [
  INFORMATION,
  SESSIONS,
  ASSOCIATIONS,
  SCREENSHOT,
  TRAIL,
  CANCEL,
  RUN,
];
