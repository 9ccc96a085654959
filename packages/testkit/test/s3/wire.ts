import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type GetObjectCommand,
  type PutObjectCommand,
  S3Client,
  type UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { onTestFinished } from 'vitest';
import type { BucketOptions } from '../../src/s3/bucket.js';
import { s3Endpoint } from '../../src/s3/endpoint.js';
import type { SimulatedWorld } from '../../src/simulation/world.js';
import { ACCOUNT, s3World } from './s3-world.js';

const run = promisify(execFile);

export interface Signing {
  readonly signedHeaders?: readonly string[];
  readonly expiresIn?: number;
  readonly calculation?: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED';
}

function sign(
  world: SimulatedWorld,
  command: PutObjectCommand | UploadPartCommand | GetObjectCommand,
  { signedHeaders = [], expiresIn = 900, calculation = 'WHEN_REQUIRED' }: Signing,
): Promise<string> {
  const client = new S3Client({
    region: 'eu-west-1',
    credentials: world.account(ACCOUNT).credentials(),
    requestChecksumCalculation: calculation,
  });
  const headers = new Set(signedHeaders);
  // The presigner takes any command; its types take one.
  return getSignedUrl(client, command as GetObjectCommand, {
    expiresIn,
    signingDate: world.now(),
    ...(headers.size > 0 ? { signableHeaders: headers, unhoistableHeaders: headers } : {}),
  });
}

async function curl(port: number, url: string, flags: readonly string[]) {
  const { host } = new URL(url);
  const local = url.replace(`https://${host}`, `http://127.0.0.1:${port}`);
  const always = ['-sS', '--max-time', '20', '-w', '\n%{http_code}', '-H', `Host: ${host}`];
  const { stdout } = await run('curl', [...always, ...flags, local]);
  const end = stdout.lastIndexOf('\n');
  return {
    status: Number(stdout.slice(end + 1)),
    body: stdout.slice(0, end),
    code: /<Code>(\w+)<\/Code>/.exec(stdout)?.[1] ?? '',
  };
}

/** A world until the test is over, and curl that reaches its S3 by AWS's own host names. */
export async function wire(options: Partial<BucketOptions> = {}) {
  const made = s3World(options);
  onTestFinished(() => made.world.dispose());
  const { port } = await s3Endpoint(made.world);
  return {
    ...made,
    sign: (command: Parameters<typeof sign>[1], signing: Signing = {}) => sign(made.world, command, signing),
    curl: (url: string, ...flags: string[]) => curl(port, url, flags),
  };
}
