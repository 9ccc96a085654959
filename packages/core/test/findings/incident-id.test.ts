import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentIdFor, suspectKey } from '../../src/findings/incident-id.js';
import { manualFinding } from '../../src/findings/manual.js';

const finding = manualFinding({
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  reason: 'x',
});

describe('an incident id', () => {
  it('fits wherever AWS takes a name, also with a suffix', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.string(),
        (at, id) => {
          expect(`${incidentIdFor({ ...finding, id }, at)}-r2`).toMatch(/^[a-z0-9][a-z0-9-]{7,47}$/);
        },
      ),
    );
  });

  it('is another for another instance or another time, and the same for the same', () => {
    const at = new Date('2026-11-20T03:35:01Z');
    const other = { ...finding, suspect: { ...finding.suspect, instanceId: 'i-0b4c8d62e3c8f9571' } };
    expect(incidentIdFor(finding, at)).toBe(incidentIdFor({ ...finding }, at));
    expect(incidentIdFor(other, at)).not.toBe(incidentIdFor(finding, at));
    expect(incidentIdFor(finding, new Date(at.getTime() + 1))).not.toBe(incidentIdFor(finding, at));
  });
});

describe('the key of a suspect', () => {
  it('tells accounts, regions and instances apart', () => {
    const { suspect } = finding;
    const keys = [
      suspect,
      { ...suspect, account: '444455556666' },
      { ...suspect, region: 'eu-central-1' },
      { ...suspect, instanceId: 'i-0b4c8d62e3c8f9571' },
    ].map(suspectKey);
    expect(new Set(keys).size).toBe(4);
  });
});
