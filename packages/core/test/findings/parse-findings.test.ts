import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FindingSchema } from '../../src/engine/finding.js';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { changed, fixture } from './fixture.js';

const C2 = 'c2-activity.eventbridge';
const SUSPECT = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
};
const ARN =
  'arn:aws:guardduty:eu-west-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/a4c7f0e1b2d34c5d8e9f00112233aabb';

const detail = () => (fixture(C2) as { detail: object }).detail; // an EventBridge event has one
const sns = () => (fixture('c2-activity.sns') as { Records: { Sns: { Message: string } }[] }).Records; // as above

describe('the findings of GuardDuty', () => {
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

  it('take account and region from their own ARN, not from the aggregator that sent them', () => {
    const { findings } = parseFindings(fixture('bitcoin-tool.aggregated.eventbridge'));
    expect(findings).toMatchObject([
      { suspect: SUSPECT, remote: { addresses: [], domains: ['pool.minexmr.example'], ports: [] } },
    ]);
  });

  it('keep severity and role apart from the type: brute force suffered is low', () => {
    expect(parseFindings(fixture('ssh-brute-force')).findings).toMatchObject([
      {
        type: 'UnauthorizedAccess:EC2/SSHBruteForce',
        severity: 2,
        band: 'low',
        resourceRole: 'TARGET',
        suspect: { account: '000000000000', region: 'ap-northeast-2' },
        // The attacker's own port means nothing.
        remote: { addresses: ['114.67.74.5'], ports: [] },
      },
    ]);
  });

  it.each([
    [1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
  ])('of severity %d are %s', (severity, band) => {
    expect(parseFindings(changed(C2, 'detail.severity', severity)).findings[0]?.band).toBe(band);
  });

  it('are known as samples by their flag, by the flag inside the JSON string, or by the instance', () => {
    const flagOnly = changed(C2, 'detail.service.additionalInfo', { sample: true });
    const stringOnly = changed(C2, 'detail.service.additionalInfo', { value: '{"sample":true}' });
    const neither = changed('sample.eventbridge', 'detail.service.additionalInfo', {});
    const real = changed(C2, 'detail.service.additionalInfo.value', '{"sample":tru');
    const flags = [fixture('sample.eventbridge'), flagOnly, stringOnly, neither, real].map(
      (input) => parseFindings(input).findings[0]?.sample,
    );
    expect(flags).toEqual([true, true, true, true, false]);
  });

  it('give one finding for each instance of an attack sequence', () => {
    const { findings, problems } = parseFindings(fixture('attack-sequence.eventbridge'));
    expect(problems).toEqual([]);
    expect(findings.map(({ suspect }) => suspect.instanceId)).toEqual([
      'i-0f3a9c51d2b7e8460',
      'i-0b4c8d62e3c8f9571',
    ]);
    expect(findings[1]).toMatchObject({
      band: 'critical',
      suspect: { account: '111122223333', region: 'eu-west-1' },
      remote: { addresses: ['203.0.113.66'], domains: ['pool.minexmr.example'], ports: [4444] },
    });
  });

  it('name the instance whose stolen credentials are in use, and the session', () => {
    expect(parseFindings(fixture('credential-exfiltration.eventbridge'))).toMatchObject({
      problems: [],
      findings: [
        {
          suspect: SUSPECT,
          principal: 'AROAEXAMPLEEXAMPLE001:i-0f3a9c51d2b7e8460',
          remote: { addresses: ['203.0.113.99'] },
        },
      ],
    });
  });

  it('do not take a session that is merely called like an instance for one', () => {
    const type = 'Discovery:IAMUser/AnomalousBehavior';
    const { findings, problems } = parseFindings(
      changed('credential-exfiltration.eventbridge', 'detail.type', type),
    );
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([{ code: 'NOT_AN_INSTANCE' }]);
  });

  it('name the instance in runtime findings', () => {
    expect(parseFindings(fixture('runtime-miner.eventbridge')).findings).toMatchObject([
      { suspect: SUSPECT },
    ]);
  });

  it.each([
    'Execution:EC2/MaliciousFile',
    'Impact:Runtime/CryptoMinerExecuted',
    'DefenseEvasion:Runtime/KernelModuleLoaded',
  ])('name the instance, whatever found it: %s', (type) => {
    const { findings, problems } = parseFindings(changed('runtime-miner.eventbridge', 'detail.type', type));
    expect(problems).toEqual([]);
    expect(findings).toMatchObject([{ type, suspect: SUSPECT }]);
  });

  it.each(['eks-node.eventbridge', 'fargate.eventbridge'])('leave clusters to people: %s', (name) => {
    const { findings, problems } = parseFindings(fixture(name));
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([
      { code: 'NOT_AN_INSTANCE', path: expect.stringContaining('detail.resource.') },
    ]);
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

describe('the findings of Security Hub', () => {
  it.each(['c2-activity.asff', 'c2-activity.ocsf'])(
    'say the same as the GuardDuty finding behind them: %s',
    (name) => {
      const { findings, problems } = parseFindings(fixture(name));
      const [original] = parseFindings(fixture(C2)).findings;
      expect(problems).toEqual([]);
      const { resourceRole: _, ...expected } = { ...original, source: 'security-hub', id: ARN };
      expect(findings).toMatchObject([expected]);
    },
  );

  it('name the stolen credentials of an instance too', () => {
    const resources = [
      {
        Type: 'AwsIamAccessKey',
        Id: 'AWS::IAM::AccessKey:ASIAEXAMPLEEXAMPLE01',
        Region: 'eu-west-1',
        Details: { AwsIamAccessKey: { PrincipalId: 'AROAEXAMPLEEXAMPLE001:i-0f3a9c51d2b7e8460' } },
      },
    ];
    const input = changed('c2-activity.asff', 'detail.findings.0.Resources', resources);
    const types = [
      'TTPs/Initial Access/UnauthorizedAccess:IAMUser-InstanceCredentialExfiltration.OutsideAWS',
    ];
    Object.assign((input as { detail: { findings: object[] } }).detail.findings[0] ?? {}, { Types: types });
    expect(parseFindings(input).findings).toMatchObject([
      {
        suspect: SUSPECT,
        type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
        principal: 'AROAEXAMPLEEXAMPLE001:i-0f3a9c51d2b7e8460',
      },
    ]);
  });

  it('of other classes are no detections', () => {
    expect(parseFindings(changed('c2-activity.ocsf', 'detail.findings.0.class_uid', 2002)).problems).toEqual([
      {
        code: 'NOT_A_DETECTION',
        path: 'detail.findings[0].class_uid',
        message: 'only Detection Findings (2004) report activity',
        value: '2002',
      },
    ]);
  });

  it('without an instance say so', () => {
    const input = changed('c2-activity.asff', 'detail.findings.0.Resources.1.Type', 'AwsS3Bucket');
    expect(parseFindings(input).problems).toMatchObject([
      { code: 'NOT_AN_INSTANCE', path: 'detail.findings[0].Resources' },
    ]);
  });

  it.each([
    ['constructor', 70, 7],
    ['CRITICAL', 70, 9.5],
    ['INFORMATIONAL', 70, 0],
    [null, 70, 7],
    [null, null, 0],
  ])(
    'of another product have the severity of their label, else of their score: %s, %s',
    (Label, Normalized, severity) => {
      const input = changed('c2-activity.asff', 'detail.findings.0.Severity', { Label, Normalized });
      expect(parseFindings(input).findings[0]?.severity).toBe(severity);
    },
  );
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
