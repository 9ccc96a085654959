import { afterEach, describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import { confirmFinding } from '../../src/aws/confirm-finding.js';
import { manualFinding } from '../../src/findings/manual.js';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { changed, fixture } from '../findings/fixture.js';
import { type Answer, type AwsServer, awsServer, ec2Error } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

let server: AwsServer | undefined;
afterEach(() => server?.close());

const instance = (launched: string): Answer => ({
  body: `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-0f3a9c51d2b7e8460</instanceId><launchTime>${launched}</launchTime></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
});

/** GuardDuty's wire form is the camel case of EventBridge. */
function inGuardDuty(input: unknown): Answer {
  return { body: JSON.stringify({ findings: [(input as { detail: object }).detail] }) }; // an EventBridge event
}

async function accountAt(guardduty: Answer, ec2: Answer, region = 'eu-west-1') {
  server = await awsServer(({ path }) => (path.startsWith('/detector/') ? guardduty : ec2));
  return awsAccount({
    id: '111122223333',
    region,
    clock: new SteppingClock(),
    credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    principal: async () => 'arn',
    clientDefaults: { '*': { endpoint: server.endpoint } },
  });
}

const first = (input: unknown) => {
  const [finding] = parseFindings(input).findings;
  if (finding === undefined) throw new Error('the fixture has no finding');
  return finding;
};
const C2 = fixture('c2-activity.eventbridge');
const OLD = instance('2026-09-02T08:11:04.000Z');

/** Stopped and started since: its launch time is young, its first attachment is not. */
const restarted = (attached: string): Answer => ({
  body: `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-0f3a9c51d2b7e8460</instanceId><launchTime>2026-11-20T04:00:00.000Z</launchTime><networkInterfaceSet><item><attachment><deviceIndex>0</deviceIndex><attachTime>${attached}</attachTime></attachment></item></networkInterfaceSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
});

describe('a finding from outside', () => {
  it("is replaced by GuardDuty's own", async () => {
    const account = await accountAt(inGuardDuty(C2), OLD);
    const forged = { ...first(C2), severity: 10, title: 'forged' };
    expect(await confirmFinding(account, forged)).toEqual(first(C2));
    expect(server?.received[0]?.path).toBe('/detector/12abc34d567e8fa901bc2d34e56789f0/findings/get');
    expect(server?.received[0]?.body).toContain('a4c7f0e1b2d34c5d8e9f00112233aabb');
  });

  it('is found behind Security Hub too', async () => {
    const account = await accountAt(inGuardDuty(C2), OLD);
    expect(await confirmFinding(account, first(fixture('c2-activity.asff')))).toEqual(first(C2));
  });

  it('is believed of an instance that was stopped and started since', async () => {
    const account = await accountAt(inGuardDuty(C2), restarted('2026-09-02T08:11:04.000Z'));
    expect(await confirmFinding(account, first(C2))).toEqual(first(C2));
  });

  it.each<[string, Answer, Answer]>([
    ['GuardDuty does not know it', { body: '{"findings":[]}' }, OLD],
    [
      'GuardDuty has it about another instance',
      inGuardDuty(
        changed(
          'c2-activity.eventbridge',
          'detail.resource.instanceDetails.instanceId',
          'i-0aaaaaaaaaaaaaaaa',
        ),
      ),
      OLD,
    ],
    ['the instance does not exist', inGuardDuty(C2), ec2Error('InvalidInstanceID.NotFound')],
    ['the instance is younger than what was seen', inGuardDuty(C2), instance('2026-11-20T04:00:00.000Z')],
    ['its first attachment is younger too', inGuardDuty(C2), restarted('2026-11-20T03:59:59.000Z')],
  ])('is refused when %s', async (_, guardduty, ec2) => {
    const account = await accountAt(guardduty, ec2);
    await expect(confirmFinding(account, first(C2))).rejects.toMatchObject({
      kind: 'permanent',
      code: 'FINDING_DOES_NOT_MATCH',
    });
  });

  it('is refused without an ARN of GuardDuty, and by a session elsewhere', async () => {
    const here = await accountAt(inGuardDuty(C2), OLD);
    const { arn: _, ...nameless } = first(C2);
    const refusal = { code: 'FINDING_DOES_NOT_MATCH' };
    await expect(confirmFinding(here, nameless)).rejects.toMatchObject(refusal);
    await server?.close();
    const elsewhere = await accountAt(inGuardDuty(C2), OLD, 'eu-central-1');
    await expect(confirmFinding(elsewhere, first(C2))).rejects.toMatchObject(refusal);
  });

  it('says what went wrong when GuardDuty cannot be asked, instead of a mismatch', async () => {
    const denied = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' };
    const account = await accountAt(denied, OLD);
    await expect(confirmFinding(account, first(C2))).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('needs its instance only when a person made it', async () => {
    const account = await accountAt({ status: 500 }, OLD);
    const { suspect } = first(C2);
    const manual = manualFinding({ ...suspect, reason: 'seen by an analyst' });
    expect(await confirmFinding(account, manual)).toEqual(manual);
  });
});
