import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { awsAccount, s3 } from '@cordon/core/aws';
import { addBucket, createWorld, plantTree, s3Endpoint } from '@cordon/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
// Loaded by the command when it is wanted: here before any test's time runs.
import '../../src/commands/analyze.js';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';

const ID = '999900001111';
const BUCKET = 'evidence-of-the-company';
const LOG = Array.from(
  { length: 40 },
  (_, at) =>
    `Nov 20 02:00:${String(at).padStart(2, '0')} web sshd[9]: Failed password for root from 198.51.100.77 port 1 ssh2`,
).join('\n');
const ACCEPTED = 'Nov 20 02:41:00 web sshd[9]: Accepted password for deploy from 198.51.100.77 port 1 ssh2';

const world = createWorld({ seed: 'analyze-s3' });
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-analyze-s3-'));
  plantTree(join(folder, 'planted'));
  execFileSync('tar', ['czf', 'planted.tar.gz', '-C', 'planted', 'etc'], { cwd: folder });
  addBucket(world, BUCKET, { account: ID, region: 'eu-west-1' });
  const account = awsAccount({
    id: ID,
    region: 'eu-west-1',
    clock: world.clock,
    credentials: async () => world.account(ID).credentials(),
    principal: async () => `arn:aws:iam::${ID}:root`,
    clientDefaults: { s3: { endpoint: (await s3Endpoint(world)).url, forcePathStyle: true } },
  });
  const put = (Key: string, Body: Uint8Array) => account.call(s3.PutObject, { Bucket: BUCKET, Key, Body });
  await put('vol.tar.gz', readFileSync(join(folder, 'planted.tar.gz')));
  await put('host/var/log/auth.log', Buffer.from(`${ACCEPTED}\n`));
  await put('host/var/log/auth.log.1.gz', gzipSync(`${LOG}\n`));
  await put('host/../../home/\x1b[2J', Buffer.from('x'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.dispose();
});

beforeEach(() => signIn());
afterEach(() => vi.unstubAllEnvs());

/** What the SDK's default chain finds. */
function signIn(keys = world.account(ID).credentials()): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', keys.sessionToken);
}

async function analyze(...words: readonly string[]) {
  const { io, stdout, stderr } = fakeIo({ cwd: folder, kind: 'pipe', env: { AWS_REGION: 'eu-west-1' } });
  const exit = await main(['analyze', ...words, '--acquired', '2026-11-20T04:30:00Z'], io);
  return { exit, stdout: stdout.text(), stderr: stderr.text() };
}

describe('cordon analyze s3://', () => {
  it('reads the objects below a prefix, and shows hostile keys harmlessly', async () => {
    const { exit, stdout, stderr } = await analyze(`s3://${BUCKET}/host/`);
    expect(stderr).toBe('');
    expect(stdout).toContain('deploy logged in from 198.51.100.77 by password after 40 failed attempts');
    expect(stdout).toMatch(/ODD_PATH .*\\x1b\[2J/);
    expect(stdout).not.toContain('\x1b[2J');
    expect(exit).toBe(0);
  });

  it('reads one object as a collection, and vouches for its bytes', async () => {
    const { exit, stdout } = await analyze(`s3://${BUCKET}/vol.tar.gz`, '--out', 'results');
    expect(stdout).toMatch(/critical +T1053\.003 +.*etc\/cron\.d\/sysstat-update:\d+/);
    expect(exit).toBe(0);
    const [digest] = execFileSync('sha256sum', ['planted.tar.gz'], { cwd: folder, encoding: 'utf8' }).split(
      ' ',
    );
    const page = readFileSync(join(folder, 'results/report.html'), 'utf8');
    expect(page).toContain(digest);
    expect(page).toContain(`s3://${BUCKET}/vol.tar.gz`);
  });

  it.each([
    ['s3://evidence-of-nobody/x', 'NoSuchBucket', 'name of the bucket'],
    [`s3://${BUCKET}/nowhere/`, 'none whose key begins so', 'capital letters'],
    ['s3://Not_A_Bucket/x', 'no place in S3', 's3://bucket/prefix/'],
  ])('says of %s what is wrong', async (url, message, advice) => {
    const { exit, stderr } = await analyze(url);
    expect(stderr).toContain(message);
    expect(stderr).toContain(advice);
    expect(exit).toBe(2);
  });

  it('says what the credentials lack, and when there are none', async () => {
    signIn(world.account(ID).credentials([]));
    const denied = await analyze(`s3://${BUCKET}/host/`);
    expect(denied.stderr).toMatch(/AccessDenied[\s\S]*s3:GetObject and s3:ListBucket/);
    expect(denied.exit).toBe(2);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
      vi.stubEnv(name, join(folder, 'none'));
    const nobody = await analyze(`s3://${BUCKET}/host/`);
    expect(nobody.stderr).toMatch(/CredentialsProviderError[\s\S]*AWS_PROFILE/);
  });
});
