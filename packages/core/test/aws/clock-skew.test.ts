import { afterEach, describe, expect, it } from 'vitest';
import { ec2, s3, ssm } from '../../src/aws/operations.js';
import { type Clock, systemClock } from '../../src/engine/clock.js';
import { accountAt } from './account-at.js';
import { type Answer, type AwsServer, awsServer, ec2Error, type Received, ssmError } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const AHEAD_MS = 25 * 60_000;
const DISKS = { InstanceSpecification: { InstanceId: 'i-0f3a9c51d2b7e8460' } };
const SNAPSHOTS = '<CreateSnapshotsResponse><snapshotSet/></CreateSnapshotsResponse>';

let server: AwsServer | undefined;
afterEach(() => server?.close());

/** As SigV4 has it: 20260101T000000Z. */
function signedAt({ headers }: Received): number {
  const date = String(headers['x-amz-date']);
  return Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** AWS as it is for a machine whose clock is 25 minutes late: every answer has AWS's date, a late signature is refused. */
async function aheadOfUs(refusal: Answer, answer: Answer, clock: Clock = new SteppingClock()) {
  server = await awsServer((request) => {
    const now = Date.now() + AHEAD_MS;
    const late = Math.abs(now - signedAt(request)) > 5 * 60_000;
    const given = late ? refusal : answer;
    return { ...given, headers: { ...given.headers, date: new Date(now).toUTCString() } };
  });
  const account = accountAt(server, clock);
  return { account, received: server.received };
}

describe('a clock that is wrong by minutes', () => {
  it.each(['AuthFailure', 'RequestExpired'])(
    'costs a changing call one more try, signed by the clock of AWS: %s',
    async (code) => {
      const clock = new SteppingClock();
      const { account, received } = await aheadOfUs(ec2Error(code, 401), { body: SNAPSHOTS }, clock);
      await account.call(ec2.CreateSnapshots, DISKS);
      await account.call(ec2.CreateSnapshots, DISKS);
      expect(received).toHaveLength(3);
      expect(clock.sleepsMs).toHaveLength(1);
    },
  );

  it('costs each service one, as each has a client of its own', async () => {
    const refusal = ssmError('InvalidSignatureException');
    const { account, received } = await aheadOfUs(refusal, { body: '{"Command":{"CommandId":"c-1"}}' });
    const answer = await account.call(ssm.SendCommand, { DocumentName: 'AWS-RunShellScript' });
    expect(answer.Command?.CommandId).toBe('c-1');
    expect(received).toHaveLength(2);
  });

  it('does not make a refusal that has another cause a longer one', async () => {
    const refused = ec2Error('AuthFailure', 401);
    const { account, received } = await aheadOfUs(refused, refused);
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      kind: 'permanent',
      code: 'AuthFailure',
    });
    expect(received).toHaveLength(2);
  });

  it('does not date the URLs that are handed out, once S3 has answered', async () => {
    const refusal = {
      status: 403,
      body: '<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>',
    };
    const upload = '<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>';
    const { account } = await aheadOfUs(refusal, { body: upload }, systemClock);
    const at = { Bucket: 'staging', Key: 'inc/dump.lime' };
    await account.call(s3.CreateMultipartUpload, at);
    const url = new URL(await account.presign(s3.PutObject, at, { expiresInSeconds: 900 }));
    const dated = signedAt({ headers: { 'x-amz-date': url.searchParams.get('X-Amz-Date') } } as never);
    expect(Math.abs(dated - (Date.now() + AHEAD_MS))).toBeLessThan(60_000);
  });
});
