// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  CancelCommandCommand,
  DescribeInstanceAssociationsStatusCommand,
  DescribeInstanceInformationCommand,
  DescribeSessionsCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListAssociationsCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';
