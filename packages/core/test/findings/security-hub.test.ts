import { describe, expect, it } from 'vitest';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { ARN, C2, changed, fixture, SUSPECT } from './fixture.js';

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
