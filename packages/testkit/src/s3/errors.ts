import { type AwsError, awsError } from '../simulation/errors.js';

/** S3's own words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const s3Error = {
  noSuchBucket: (bucket: string) =>
    awsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      fields: { BucketName: bucket },
    }),
  noSuchKey: (key: string) =>
    awsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key: key } }),
  /** What HEAD answers: without a body there is no code. */
  notFound: () => awsError('NotFound', 'UnknownError', { status: 404 }),
  noSuchVersion: () => awsError('NoSuchVersion', 'The specified version does not exist.', { status: 404 }),
  noSuchUpload: () =>
    awsError(
      'NoSuchUpload',
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { status: 404 },
    ),
  deleteMarker: () =>
    awsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      status: 405,
    }),
  preconditionFailed: (condition: string) =>
    awsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
      fields: { Condition: condition },
    }),
  conflict: (condition: string) =>
    awsError(
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      { status: 409, fields: { Condition: condition } },
    ),
  invalidRange: () => awsError('InvalidRange', 'The requested range is not satisfiable', { status: 416 }),
  badDigest: (algorithm: string) =>
    awsError(
      'BadDigest',
      `The ${algorithm} you specified did not match the calculated checksum.`.replace(
        'MD5 you',
        'Content-MD5 you',
      ),
    ),
  checksumRequired: () =>
    awsError(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    ),
  checksumTypeMismatch: (expected: string, actual: string) =>
    awsError(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
    ),
  partChecksumMissing: (algorithm: string, part: number) =>
    awsError(
      'InvalidRequest',
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${part} in the request.`,
    ),
  invalidPart: () =>
    awsError(
      'InvalidPart',
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    ),
  invalidPartOrder: () =>
    awsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    ),
  partNumber: () =>
    awsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive'),
  tooSmall: (part: number, sizeBytes: number) =>
    awsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      fields: { PartNumber: part, ProposedSize: sizeBytes },
    }),
  tooLarge: () => awsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'),
  malformed: () =>
    awsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    ),
  objectSizeMismatch: () =>
    awsError(
      'InvalidRequest',
      'The provided MpuObjectSize header value does not match the multipart upload object size.',
    ),
  locked: () =>
    awsError('AccessDenied', 'Access Denied because object protected by object lock.', { status: 403 }),
  noSuchLock: () =>
    awsError(
      'NoSuchObjectLockConfiguration',
      'The specified object does not have a ObjectLock configuration',
      { status: 404 },
    ),
  notLockable: () => awsError('InvalidRequest', 'Bucket is missing Object Lock Configuration'),
  noLockConfiguration: () =>
    awsError(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      { status: 404 },
    ),
  otherRegion: (region: string) =>
    awsError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { status: 301, fields: { Region: region } },
    ),
  accessDenied: (message = 'Access Denied') => awsError('AccessDenied', message, { status: 403 }),
} satisfies Readonly<Record<string, (...parameters: never[]) => AwsError>>;
