import { s3Journal } from '../../src/journal/s3-journal.js';
import { FakeS3 } from '../evidence/fake-s3.js';

export const BUCKET = 'cordon-evidence-999900001111';

export function bucketAndJournal(prefix = 'cases') {
  const s3 = new FakeS3('999900001111', BUCKET);
  const provider = s3Journal({ account: s3.account(), bucket: BUCKET, prefix });
  return { s3, provider, bucket: s3.bucket(BUCKET) };
}
