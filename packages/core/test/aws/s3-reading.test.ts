import { describe, expect, it, onTestFinished } from 'vitest';
import { s3Reading } from '../../src/aws/s3-reading.js';
import { type Answer, awsServer, type Received } from './aws-server.js';

const credentials = async () => ({ accessKeyId: 'AKIAREADER', secretAccessKey: 'x' });

async function bucket(answer: (request: Received, query: URLSearchParams) => Answer) {
  const server = await awsServer((request) =>
    answer(request, new URL(request.path, 'http://s3').searchParams),
  );
  onTestFinished(() => server.close());
  const clientDefaults = { s3: { endpoint: server.endpoint, forcePathStyle: true } };
  return { server, reading: s3Reading({ bucket: 'logs', credentials, clientDefaults }) };
}

const page = (keys: readonly string[], next?: string) => ({
  body: `<ListBucketResult><EncodingType>url</EncodingType>${keys
    .map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-11-20T03:00:00Z</LastModified></Contents>`,
    )
    .join(
      '',
    )}${next === undefined ? '' : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`,
});

describe('reading from a bucket', () => {
  it('lists page by page as it is wanted, and every key as it is', async () => {
    const { server, reading } = await bucket((_request, query) => {
      expect([query.get('encoding-type'), query.get('prefix')]).toEqual(['url', 'a b/']);
      return query.get('continuation-token') === 'T2'
        ? page(['a+b/%01%3Cx%3E', 'a+b/1%2B1'])
        : page(['a+b/one'], 'T2');
    });
    const keys: string[] = [];
    for await (const { key } of reading.list('a b/')) {
      keys.push(key);
      if (keys.length === 1) expect(server.received.length).toBe(1);
    }
    expect(keys).toEqual(['a b/one', 'a b/\x01<x>', 'a b/1+1']);
  });

  it('follows a bucket into its region', async () => {
    const regions: string[] = [];
    const { reading } = await bucket(({ headers }) => {
      const region = /\/\d{8}\/([^/]+)\/s3\//.exec(headers.authorization ?? '')?.[1] ?? '';
      regions.push(region);
      if (region === 'eu-west-1') return { body: 'bytes', headers: { etag: '"e"' } };
      return {
        status: 301,
        headers: { 'x-amz-bucket-region': 'eu-west-1' },
        body: '<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>',
      };
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of reading.read('key')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('bytes');
    expect(regions).toEqual(['us-east-1', 'eu-west-1']);
  });
});
