import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONVERSION_RULES,
  type GroupRule,
  permissionOf,
  quarantineRules,
  ruleDifference,
  ruleOf,
  rulesSha256,
} from '../../../src/steps/contain/rules.js';

const asShown = (rule: GroupRule, index: number): SecurityGroupRule => {
  const { peer } = rule;
  return {
    SecurityGroupRuleId: `sgr-${index.toString(16).padStart(17, '0')}`,
    IsEgress: rule.direction === 'egress',
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(peer.startsWith('sg-') ? { ReferencedGroupInfo: { GroupId: peer } } : {}),
    ...(peer.startsWith('pl-') ? { PrefixListId: peer } : {}),
    ...(/^[\d.]+\//.test(peer) ? { CidrIpv4: peer } : {}),
    ...(peer.includes(':') ? { CidrIpv6: peer } : {}),
  };
};

const aRule: fc.Arbitrary<GroupRule> = fc.record({
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  protocol: fc.constantFrom('tcp', 'udp'),
  fromPort: fc.integer({ min: 0, max: 65535 }),
  toPort: fc.integer({ min: 0, max: 65535 }),
  peer: fc.constantFrom('sg-0aa11bb22cc33dd44', 'pl-6da54004', '10.0.0.0/8', '::/0', '0.0.0.0/0'),
});

describe('quarantine rules', () => {
  it('lets nothing through where SSM has no way', () => {
    expect(quarantineRules({ via: 'none' })).toEqual([]);
  });

  it('lets only HTTPS out to the endpoints’ groups, once each', () => {
    const rules = quarantineRules({
      via: 'endpoints',
      groups: ['sg-0000000a', 'sg-0000000a', 'sg-0000000b'],
    });
    expect(rules).toEqual([
      { direction: 'egress', protocol: 'tcp', fromPort: 443, toPort: 443, peer: 'sg-0000000a' },
      { direction: 'egress', protocol: 'tcp', fromPort: 443, toPort: 443, peer: 'sg-0000000b' },
    ]);
  });

  it('says a rule to EC2 in the field of its kind', () => {
    const [ingress, ingress6] = CONVERSION_RULES;
    expect(ingress && permissionOf(ingress)).toEqual({
      IpProtocol: '-1',
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    });
    expect(ingress6 && permissionOf(ingress6)).toEqual({
      IpProtocol: '-1',
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
    });
  });
});

describe('fingerprint of rules', () => {
  it('does not depend on the order, and reads back as it was asked for', () => {
    fc.assert(
      fc.property(fc.array(aRule, { maxLength: 12 }), fc.func(fc.integer()), (rules, order) => {
        const shown = [...rules].sort((a, b) => order(a) - order(b)).map(asShown);
        expect(rulesSha256(shown.map(ruleOf))).toBe(rulesSha256(rules));
      }),
    );
  });

  it('changes with any rule that an intruder adds', () => {
    fc.assert(
      fc.property(fc.array(aRule, { maxLength: 12 }), aRule, (rules, extra) => {
        fc.pre(!rules.some((rule) => JSON.stringify(rule) === JSON.stringify(extra)));
        expect(rulesSha256([...rules, extra])).not.toBe(rulesSha256(rules));
      }),
    );
  });
});

describe('difference of rules', () => {
  it('is what has to be added and revoked to reach what is wanted', () => {
    fc.assert(
      fc.property(fc.array(aRule, { maxLength: 8 }), fc.array(aRule, { maxLength: 8 }), (wanted, have) => {
        const shown = have.map(asShown);
        const { missing, extra } = ruleDifference(wanted, shown);
        const kept = shown.filter((rule) => !extra.includes(rule)).map(ruleOf);
        expect(rulesSha256([...kept, ...missing])).toBe(rulesSha256(wanted));
      }),
    );
  });

  it('revokes the allow-all egress of a new group, IPv4 and IPv6', () => {
    const fresh = CONVERSION_RULES.filter(({ direction }) => direction === 'egress').map(asShown);
    expect(ruleDifference([], fresh).extra).toHaveLength(2);
  });
});
