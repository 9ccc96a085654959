import { type AwsError, awsError } from './errors.js';
import type { PolicyDecision } from './iam/policy.js';

export interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: PolicyDecision;
}

/** How one service words what every service says. */
export interface ServiceErrors {
  unknownKey(): AwsError;
  badSignature(): AwsError;
  expired(): AwsError;
  denied(denial: Denial): AwsError;
  throttled(): AwsError;
  internal(): AwsError;
}

function reason({ principal, action, resource, decision }: Denial): string {
  const why =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';
const BAD_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const ec2Errors: ServiceErrors = {
  unknownKey: () =>
    awsError('AuthFailure', 'AWS was not able to validate the provided access credentials', { status: 401 }),
  badSignature: () =>
    awsError('AuthFailure', 'AWS was not able to validate the provided access credentials', { status: 401 }),
  expired: () => awsError('RequestExpired', 'Request has expired.'),
  denied: (denial) =>
    awsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${reason(denial)}`, {
      status: 403,
    }),
  throttled: () =>
    awsError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503, fault: 'client' }),
  internal: () => awsError('InternalError', 'An internal error has occurred', { status: 500 }),
};

/** Query services: IAM, STS, Auto Scaling, Elastic Load Balancing. */
export const queryErrors: ServiceErrors = {
  unknownKey: () => awsError('InvalidClientTokenId', INVALID_TOKEN, { status: 403 }),
  badSignature: () => awsError('SignatureDoesNotMatch', BAD_SIGNATURE, { status: 403 }),
  expired: () => awsError('ExpiredToken', EXPIRED_TOKEN, { status: 403 }),
  denied: (denial) => awsError('AccessDenied', reason(denial), { status: 403 }),
  throttled: () => awsError('Throttling', 'Rate exceeded'),
  internal: () => awsError('InternalFailure', 'An internal failure occurred', { status: 500 }),
};

/** JSON services: SSM, KMS, CloudTrail, GuardDuty. */
export const jsonErrors: ServiceErrors = {
  unknownKey: () => awsError('UnrecognizedClientException', INVALID_TOKEN),
  badSignature: () => awsError('InvalidSignatureException', BAD_SIGNATURE),
  expired: () => awsError('ExpiredTokenException', EXPIRED_TOKEN),
  denied: (denial) => awsError('AccessDeniedException', reason(denial)),
  throttled: () => awsError('ThrottlingException', 'Rate exceeded'),
  internal: () => awsError('InternalServerError', 'An internal error occurred', { status: 500 }),
};

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const s3Errors: ServiceErrors = {
  unknownKey: () =>
    awsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      status: 403,
    }),
  badSignature: () => awsError('SignatureDoesNotMatch', BAD_SIGNATURE, { status: 403 }),
  expired: () => awsError('ExpiredToken', 'The provided token has expired.'),
  denied: (denial) => awsError('AccessDenied', reason(denial), { status: 403 }),
  throttled: () => awsError('SlowDown', 'Please reduce your request rate.', { status: 503 }),
  internal: () =>
    awsError('InternalError', 'We encountered an internal error. Please try again.', { status: 500 }),
};
