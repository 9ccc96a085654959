import type { RoleUse } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { incident } from './incident.js';

const span = { first: '2026-11-20T02:00:00.000Z', last: '2026-11-20T03:00:00.000Z' };
const USE: RoleUse = {
  session: 'i-0f3a9c51d2b7e8460',
  events: 9,
  from: span.first,
  to: span.last,
  missing: [],
  distinct: { calls: 30, addresses: 2 },
  calls: [
    {
      call: 'secretsmanager:GetSecretValue',
      count: 7,
      errors: 1,
      elsewhere: 3,
      ...span,
      addresses: ['203.0.113.66', '198.51.100.23'],
    },
  ],
  addresses: [
    { address: '203.0.113.66', whereabouts: 'elsewhere', count: 3, errors: 1, ...span },
    { address: '198.51.100.23', whereabouts: 'own', count: 6, errors: 0, ...span },
  ],
};

function sectionWith(roleUse?: RoleUse): string {
  const known = incident();
  const controlPlane = { artifacts: [], ...(roleUse === undefined ? {} : { roleUse }) };
  const page = renderReport(reportOfIncident(incident({ facts: { ...known.facts, controlPlane } })));
  return /<section id="role">.*?<\/section>/s.exec(page)?.[0] ?? '';
}

describe('what the role did, in the report', () => {
  it('answers the first question: how many calls, from where, which of them refused', () => {
    const section = sectionWith(USE);
    expect(section).toContain('9 calls of 30 kinds from 2 addresses');
    expect(section).toContain('3 of them came from 1 address that is not the instance’s.');
    expect(section).toContain(
      '<code>secretsmanager:GetSecretValue</code></td><td>7</td><td>3</td><td>1</td>',
    );
    expect(section).toContain('29 more kinds of call in role-use.json');
  });

  it('says when all calls came from the instance', () => {
    const own = USE.addresses.filter(({ whereabouts }) => whereabouts === 'own');
    expect(sectionWith({ ...USE, addresses: own })).toContain('None is known to have come from elsewhere');
  });

  it('says what could not be read, so that silence is no comfort', () => {
    const section = sectionWith({ ...USE, missing: ['us-east-1: AccessDeniedException'] });
    expect(section).toContain('This is not all');
    expect(section).toContain('us-east-1: AccessDeniedException');
  });

  it('tells no call from nothing read', () => {
    const none = { ...USE, events: 0, calls: [], addresses: [] };
    expect(sectionWith(none)).toContain('knows of no call in the last ninety days');
    expect(sectionWith()).toContain('CloudTrail was not read');
  });

  it('shows what CloudTrail says as text', () => {
    const [call] = USE.calls;
    if (call === undefined) throw new Error('no call');
    expect(sectionWith({ ...USE, calls: [{ ...call, call: 'x:<img src=x>' }] })).toContain(
      'x:&lt;img src=x&gt;',
    );
  });
});
