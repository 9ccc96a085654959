import { type AwsError, awsError } from '../simulation/errors.js';

/** Systems Manager's own words. */
export const ssmError = {
  invalidInstance: (ids: readonly string[], account: string) =>
    awsError(
      'InvalidInstanceId',
      `Instances [[${ids.join(', ')}]] not in a valid state for account ${account}`,
    ),
  invalidDocument: (name: string) =>
    awsError('InvalidDocument', `Document with name ${name} does not exist.`),
  validation: (message: string) => awsError('ValidationException', message),
  invalidParameters: (message: string) => awsError('InvalidParameters', message),
  tooLarge: () => awsError('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.'),
  noInvocation: () => awsError('InvocationDoesNotExist', ''),
  invalidCommand: () => awsError('InvalidCommandId', ''),
  invalidFilter: (key: string) => awsError('InvalidFilterKey', `The filter key ${key} is not valid`),
  noParameter: (name: string) => awsError('ParameterNotFound', `Parameter ${name} not found.`),
  noSession: (id: string) => awsError('DoesNotExistException', `Session ${id} does not exist.`),
} satisfies Readonly<Record<string, (...parameters: never[]) => AwsError>>;
