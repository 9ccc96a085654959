import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { incident, observation } from './incident.js';

describe('the decision', () => {
  it('says contained only when it was verified on every interface', () => {
    const { decision } = reportOfIncident(incident());
    expect(decision).toMatchObject({ contained: 'yes', verifiedAt: '2026-11-20T03:36:02Z' });
    expect(decision.because).toContain('shop-frontend');
  });

  it('says partly when an interface is loose', () => {
    const known = incident();
    const containment = {
      ...known.facts.containment,
      interfaces: [
        { interfaceId: 'eni-1', contained: true },
        { interfaceId: 'eni-2', contained: false, reason: 'requester-managed' },
      ],
    };
    // The spread keeps all other fields of a containment that is there.
    const facts = { ...known.facts, containment } as typeof known.facts;
    expect(reportOfIncident(incident({ facts })).decision).toMatchObject({ contained: 'partly' });
  });

  it('says partly when the containment was undone before the report', () => {
    const known = incident();
    const at = '2026-11-20T09:00:00Z';
    const decided = (confirmedContainment: { checkedAt: string; holds: boolean; drift: string[] }) =>
      reportOfIncident(incident({ facts: { ...known.facts, confirmedContainment } })).decision;
    expect(decided({ checkedAt: at, holds: false, drift: ['eni-1 wears sg-2'] })).toMatchObject({
      contained: 'partly',
      because: expect.stringContaining('eni-1 wears sg-2'),
    });
    expect(decided({ checkedAt: at, holds: true, drift: [] })).toMatchObject({
      contained: 'yes',
      because: expect.stringContaining(at),
    });
  });

  it('says no, and why, when nothing verified it', () => {
    const failed = [
      { id: 'contain.isolate', phase: 'contain', status: 'failed', reason: 'AccessDenied' },
    ] as const;
    const { decision } = reportOfIncident(incident({ facts: {}, steps: failed }));
    expect(decision.contained).toBe('no');
    expect(decision.because).toContain('AccessDenied');
  });

  it('names what is open, what to rotate and what to block', () => {
    const observations = [
      observation(),
      observation({ rule: 'webshell.x', entity: 'file:/var/www/html/x.php' }),
      observation({ rule: 'web.shell-used', entity: 'ip:192.0.2.50' }),
    ];
    const { decision } = reportOfIncident(incident({ observations }));
    expect(decision.open).toContain('memory.lime failed: NO_MODULE_FOR_KERNEL');
    expect(decision.rotate.join('\n')).toMatch(/shop-frontend[\s\S]*deploy[\s\S]*web application/);
    expect(decision.block).toEqual(['203.0.113.66 (port 4444)', '192.0.2.50']);
    expect(decision.residualRisks).toEqual([
      { label: 'dns', value: 'The VPC resolver is never filtered by groups' },
    ]);
  });

  it('names what still leads to the instance', () => {
    const known = incident();
    const entryPoints = [
      { kind: 'dns-record' as const, name: 'www.shop.example A', target: '198.51.100.23', of: 'Z1' },
    ];
    const facts = { ...known.facts, controlPlane: { artifacts: [], entryPoints } };
    expect(reportOfIncident(incident({ facts })).decision.open).toContain(
      'The DNS record www.shop.example A in Z1 still leads to 198.51.100.23',
    );
  });

  it('says what is not known of an intrusion, and nothing of the kind where there is none', () => {
    const miner = observation({ rule: 'process.command.miner', techniques: ['T1496'], entity: 'process:1' });
    const { open } = reportOfIncident(incident({ observations: [miner] })).decision;
    expect(open.filter((each) => each.includes('not known'))).toHaveLength(2);
    const quiet = reportOfIncident(incident({ observations: [] })).decision.open;
    expect(quiet.filter((each) => each.includes('not known'))).toEqual([]);
  });

  it('names the person who said that the suspect may be touched', () => {
    const { about } = reportOfIncident(incident());
    expect(about).toContainEqual({ label: 'Asked', value: 'ada (yes to guard.cap)' });
    const nobody = reportOfIncident(incident({ decisions: [] }));
    expect(nobody.about.map(({ label }) => label)).not.toContain('Asked');
  });
});
