import { describe, expect, it } from 'vitest';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { C2, changed, fixture, SUSPECT } from './fixture.js';

describe('the findings of GuardDuty', () => {
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
});
