// Apart from the S3 client: only steps that hand out URLs load it.
export { getSignedUrl } from '@aws-sdk/s3-request-presigner';
