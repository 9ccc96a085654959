import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FindingSchema } from '../../src/engine/finding.js';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { ARN, C2, changed, fixture, SUSPECT } from './fixture.js';

const detail = () => (fixture(C2) as { detail: object }).detail; // an EventBridge event has one
const sns = () => (fixture('c2-activity.sns') as { Records: { Sns: { Message: string } }[] }).Records; // as above

describe('findings, in whatever they come,', () => {
  it('come from an EventBridge event', () => {
    expect(parseFindings(fixture(C2))).toEqual({
      problems: [],
      findings: [
        {
          source: 'guardduty',
          id: 'a4c7f0e1b2d34c5d8e9f00112233aabb',
          arn: ARN,
          type: 'Backdoor:EC2/C&CActivity.B',
          title: 'Command and control server IP address queried by EC2 instance i-0f3a9c51d2b7e8460.',
          description:
            'EC2 instance i-0f3a9c51d2b7e8460 is communicating outbound with a known command and control server 203.0.113.66.',
          severity: 8,
          band: 'high',
          resourceRole: 'ACTOR',
          sample: false,
          firstSeen: '2026-11-20T03:11:52.000Z',
          lastSeen: '2026-11-20T03:26:07.000Z',
          updatedAt: '2026-11-20T03:31:20.118Z',
          count: 7,
          suspect: SUSPECT,
          remote: { addresses: ['203.0.113.66'], domains: [], ports: [4444] },
        },
      ],
    });
  });

  it.each<[string, () => unknown]>([
    ['bare', detail],
    ['in a list', () => [detail()]],
    ['as JSON text', () => JSON.stringify(fixture(C2))],
    ['as GetFindings answers, in capitals', () => fixture('c2-activity.getfindings')],
    [
      'in capitals inside an EventBridge event',
      () => ({
        'detail-type': 'GuardDuty Finding',
        detail: (fixture('c2-activity.getfindings') as { Findings: unknown[] }).Findings[0],
      }),
    ],
    ['in SNS records', () => fixture('c2-activity.sns')],
    [
      'in an SNS notification as webhooks get it',
      () => ({
        Type: 'Notification',
        TopicArn: 'arn:aws:sns:eu-west-1:999900001111:findings',
        Message: sns()[0]?.Sns.Message,
      }),
    ],
    ['in SQS records', () => ({ Records: [{ messageId: 'm', body: JSON.stringify(fixture(C2)) }] })],
    [
      'in SQS records around SNS',
      () => ({
        Records: [
          { messageId: 'm', body: JSON.stringify({ Type: 'Notification', Message: sns()[0]?.Sns.Message }) },
        ],
      }),
    ],
    ["in SQS's own answer", () => ({ Messages: [{ MessageId: 'm', Body: JSON.stringify(fixture(C2)) }] })],
    ['as `{"findings": [...]}`', () => ({ findings: [detail()] })],
  ])('are the same %s', (_, shape) => {
    expect(parseFindings(shape())).toEqual(parseFindings(fixture(C2)));
  });

  it.each([
    ['platform', 'detail.resource.instanceDetails.platform', null],
    ['the service', 'detail.service', null],
    ['the action', 'detail.service.action', undefined],
    ['the role', 'detail.service.resourceRole', 'BYSTANDER'],
    ['the count', 'detail.service.count', '7'],
    ['the time', 'detail.service.eventFirstSeen', 'yesterday'],
    ['the title', 'detail.title', null],
    [
      'the remote address',
      'detail.service.action.networkConnectionAction.remoteIpDetails.ipAddressV4',
      '203.0.113',
    ],
    ['the port', 'detail.service.action.networkConnectionAction.remotePortDetails.port', 70_000],
    ['the additional info', 'detail.service.additionalInfo', 'none'],
  ])('are not lost for an odd or absent detail: %s', (_, path, value) => {
    const { findings, problems } = parseFindings(changed(C2, path, value));
    expect(problems).toEqual([]);
    expect(findings).toMatchObject([{ suspect: SUSPECT, severity: 8 }]);
  });

  it('are none in an empty list', () => {
    expect(parseFindings({ findings: [] })).toEqual({ findings: [], problems: [] });
  });
});

describe('every finding', () => {
  it.each([C2, 'c2-activity.asff', 'c2-activity.ocsf', 'attack-sequence.eventbridge', 'sample.eventbridge'])(
    'is a fact as the engine demands: %s',
    (name) => {
      for (const finding of parseFindings(fixture(name)).findings) {
        expect(v.parse(FindingSchema, finding)).toEqual(finding);
      }
    },
  );
});
