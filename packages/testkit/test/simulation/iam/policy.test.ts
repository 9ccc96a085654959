import { describe, expect, it } from 'vitest';
import { evaluatePolicies, NotSimulated, type PolicyStatement } from '../../../src/index.js';

const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
const decide = (statements: readonly PolicyStatement[], action: string, context = {}, resource = '*') =>
  evaluatePolicies([{ Statement: statements }], { action, resource, context });

describe('policies', () => {
  it('deny what nobody allows', () => {
    expect(decide([], 'ec2:RunInstances')).toBe('implicitDeny');
    expect(decide([{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }], 'ec2:RunInstances')).toBe(
      'implicitDeny',
    );
  });

  it('let a deny beat every allow', () => {
    expect(decide([allowAll, { Effect: 'Deny', Action: 's3:*', Resource: '*' }], 's3:GetObject')).toBe(
      'explicitDeny',
    );
  });

  it('compare actions without case and resources with it', () => {
    const one: PolicyStatement = {
      Effect: 'Allow',
      Action: 'EC2:describe*',
      Resource: 'arn:aws:ec2:*:1:instance/i-?',
    };
    expect(decide([one], 'ec2:DescribeInstances', {}, 'arn:aws:ec2:eu-west-1:1:instance/i-a')).toBe(
      'allowed',
    );
    expect(decide([one], 'ec2:DescribeInstances', {}, 'arn:aws:ec2:eu-west-1:1:Instance/i-a')).toBe(
      'implicitDeny',
    );
  });

  it('deny one instance everything but its agent, by aws:userid', () => {
    const cut: PolicyStatement = {
      Effect: 'Deny',
      NotAction: ['ssmmessages:*', 'ec2messages:*', 'ssm:UpdateInstanceInformation'],
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': '*:i-0f3a9c51d2b7e8460' } },
    };
    const asked = { 'aws:userid': 'AROAEXAMPLE:i-0f3a9c51d2b7e8460' };
    expect(decide([allowAll, cut], 's3:GetObject', asked)).toBe('explicitDeny');
    expect(decide([allowAll, cut], 'ssmmessages:OpenDataChannel', asked)).toBe('allowed');
    expect(decide([allowAll, cut], 's3:GetObject', { 'aws:userid': 'AROAEXAMPLE:i-another' })).toBe(
      'allowed',
    );
  });

  it('silently do not match in a deny whose key is absent', () => {
    const cut: PolicyStatement = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { ArnEquals: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:eu-west-1:1:instance/i-1' } },
    };
    expect(decide([allowAll, cut], 's3:GetObject')).toBe('allowed');
  });

  it('treat an absent key as satisfying a negated operator', () => {
    const cut: PolicyStatement = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
    };
    expect(decide([allowAll, cut], 's3:GetObject')).toBe('explicitDeny');
    expect(decide([allowAll, cut], 's3:GetObject', { 'aws:SourceVpc': 'vpc-1' })).toBe('allowed');
  });

  it('know Null, Bool, IfExists, dates, numbers and addresses', () => {
    const under = (Condition: PolicyStatement['Condition'], context: object) =>
      decide([{ ...allowAll, ...(Condition === undefined ? {} : { Condition }) }], 's3:GetObject', context);
    expect(under({ Null: { 'aws:TokenIssueTime': 'true' } }, {})).toBe('allowed');
    expect(under({ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' })).toBe(
      'implicitDeny',
    );
    expect(under({ StringEqualsIfExists: { 'aws:x': '1' } }, {})).toBe('allowed');
    expect(
      under({ DateLessThan: { 'aws:CurrentTime': '2026-01-02' } }, { 'aws:CurrentTime': '2026-01-01' }),
    ).toBe('allowed');
    expect(under({ NumericLessThan: { 'aws:n': 5 } }, { 'aws:n': '5' })).toBe('implicitDeny');
    expect(
      under({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '203.0.113.66' }),
    ).toBe('allowed');
  });

  it('are loud about an operator they do not know', () => {
    const odd: PolicyStatement = { ...allowAll, Condition: { BinaryEquals: { key: 'x' } } };
    expect(() => decide([odd], 's3:GetObject', { key: 'x' })).toThrow(NotSimulated);
  });
});
