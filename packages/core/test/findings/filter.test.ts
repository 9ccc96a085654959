import { describe, expect, it } from 'vitest';
import { findingFilter } from '../../src/findings/filter.js';
import { manualFinding } from '../../src/findings/manual.js';
import { parseFindings } from '../../src/findings/parse-findings.js';
import { changed, fixture } from './fixture.js';

const first = (input: unknown) => {
  const [finding] = parseFindings(input).findings;
  if (finding === undefined) throw new Error('the fixture has no finding');
  return finding;
};
const c2 = first(fixture('c2-activity.eventbridge'));
const critical = first(fixture('attack-sequence.eventbridge'));
const bruteForced = first(fixture('ssh-brute-force'));
const bruteForcing = {
  ...first(changed('c2-activity.eventbridge', 'detail.type', 'UnauthorizedAccess:EC2/SSHBruteForce')),
};

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html */
const HIGH_BY_DEFAULT = [
  'Backdoor:EC2/C&CActivity.B',
  'Backdoor:EC2/C&CActivity.B!DNS',
  'Backdoor:EC2/DenialOfService.Dns',
  'Backdoor:EC2/DenialOfService.Tcp',
  'Backdoor:EC2/DenialOfService.Udp',
  'Backdoor:EC2/DenialOfService.UdpOnTcpPorts',
  'Backdoor:EC2/DenialOfService.UnusualProtocol',
  'CryptoCurrency:EC2/BitcoinTool.B',
  'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  'Impact:EC2/BitcoinDomainRequest.Reputation',
  'Impact:EC2/MaliciousDomainRequest.Reputation',
  'Impact:EC2/PortSweep',
  'Recon:EC2/PortProbeEMRUnprotectedPort',
  'Trojan:EC2/DGADomainRequest.B',
  'Trojan:EC2/DGADomainRequest.C!DNS',
  'Trojan:EC2/DNSDataExfiltration',
  'Trojan:EC2/DriveBySourceTraffic!DNS',
  'Trojan:EC2/PhishingDomainRequest!DNS',
  'UnauthorizedAccess:EC2/MetadataDNSRebind',
  'UnauthorizedAccess:EC2/TorClient',
  'UnauthorizedAccess:EC2/TorRelay',
];
const MEDIUM_BY_DEFAULT = [
  'Backdoor:EC2/Spambot',
  'Behavior:EC2/NetworkPortUnusual',
  'Behavior:EC2/TrafficVolumeUnusual',
  'DefenseEvasion:EC2/UnusualDNSResolver',
  'Impact:EC2/AbusedDomainRequest.Reputation',
  'Impact:EC2/MaliciousDomainRequest.Custom',
  'Recon:EC2/Portscan',
  'Trojan:EC2/BlackholeTraffic',
  'Trojan:EC2/DropPoint!DNS',
  'UnauthorizedAccess:EC2/MaliciousIPCaller.Custom',
];

describe('the finding filter', () => {
  it('takes critical findings where high ones are asked for', () => {
    const filter = findingFilter({ minimumSeverity: 7 });
    expect(filter(c2)).toEqual({ accepted: true });
    expect(filter(critical)).toEqual({ accepted: true });
  });

  it('tells brute force suffered from brute force done, at the same type', () => {
    const filter = findingFilter({ minimumSeverity: 7, types: ['UnauthorizedAccess:EC2/SSHBruteForce'] });
    expect(filter(bruteForced)).toMatchObject({ accepted: false, because: 'severity' });
    expect(filter(bruteForcing)).toEqual({ accepted: true });
  });

  it('takes an update that has risen over the threshold', () => {
    const filter = findingFilter({ minimumSeverity: 7 });
    expect(filter({ ...c2, severity: 5 })).toMatchObject({ reason: 'severity 5 is under 7' });
    expect(filter({ ...c2, severity: 7 })).toEqual({ accepted: true });
  });

  it('never takes a sample unless it is told to', () => {
    const sample = first(fixture('sample.eventbridge'));
    expect(findingFilter({ minimumSeverity: 0 })(sample)).toMatchObject({ because: 'sample' });
    expect(findingFilter({ minimumSeverity: 0, allowSamples: true })(sample)).toEqual({ accepted: true });
  });

  it('asks for a role only where the finding has one', () => {
    const filter = findingFilter({ minimumSeverity: 0, roles: ['ACTOR'] });
    expect(filter(bruteForced)).toMatchObject({ because: 'role' });
    expect(filter(c2)).toEqual({ accepted: true });
    const { resourceRole: _, ...roleless } = c2;
    expect(filter(roleless)).toEqual({ accepted: true });
  });

  it.each([
    ['Backdoor:EC2/*', true],
    ['*', true],
    ['*C&CActivity*', true],
    ['Backdoor:EC2/C&CActivity.B', true],
    ['Backdoor:*.B', true],
    ['backdoor:EC2/*', false],
    ['Backdoor:EC2/C&CActivity', false],
    ['Backdoor:EC2/C.CActivity.B', false],
    ['Backdoor:EC2/C&CActivity.B*B', false],
    ['*Trojan*', false],
    ['', false],
  ])('matches types by %j: %s', (pattern, accepted) => {
    expect(findingFilter({ minimumSeverity: 0, types: [pattern] })(c2).accepted).toBe(accepted);
  });

  it.each(HIGH_BY_DEFAULT)('takes %s, which GuardDuty has as high, where high ones are asked for', (type) => {
    const finding = first(changed('c2-activity.eventbridge', 'detail.type', type));
    expect(finding).toMatchObject({ type, band: 'high' });
    expect(findingFilter({ minimumSeverity: 7 })(finding)).toEqual({ accepted: true });
  });

  it.each(MEDIUM_BY_DEFAULT)('takes %s only where medium ones are asked for', (type) => {
    const finding = { ...first(changed('c2-activity.eventbridge', 'detail.type', type)), severity: 5 };
    expect(findingFilter({ minimumSeverity: 7 })(finding)).toMatchObject({ because: 'severity' });
    expect(findingFilter({ minimumSeverity: 4 })(finding)).toEqual({ accepted: true });
  });

  it('takes what a person says', () => {
    const finding = manualFinding({
      instanceId: 'i-0f3a9c51d2b7e8460',
      account: '111122223333',
      region: 'eu-west-1',
      reason: 'beacons to 203.0.113.66',
    });
    expect(findingFilter({ minimumSeverity: 7 })(finding)).toEqual({ accepted: true });
  });
});
