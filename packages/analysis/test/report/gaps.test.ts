import type { Instance } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { incident } from './incident.js';

/** Of an instance whose type has disks of its own, or none. */
function withInstanceStore(instanceStore: boolean) {
  const known = incident();
  // The report asks for no more of the instance than this here.
  const instance = { instanceStore, interfaces: [], volumes: [] } as unknown as Instance;
  return reportOfIncident(incident({ facts: { ...known.facts, instance } })).gaps;
}

describe('what is missing in the evidence', () => {
  it('names an instance store as not preserved, and only where there is one', () => {
    expect(withInstanceStore(true).map(({ label }) => label)).toContain('Instance store');
    expect(withInstanceStore(false).map(({ label }) => label)).not.toContain('Instance store');
  });

  it('names steps that failed or were skipped, with the reason', () => {
    expect(reportOfIncident(incident()).gaps).toContainEqual({
      label: 'memory.lime',
      value: 'failed: NO_MODULE_FOR_KERNEL',
    });
  });

  it('names what a step could not do though it went on', () => {
    expect(reportOfIncident(incident()).gaps).toContainEqual({
      label: 'capture.control-plane',
      value: 'NOT_TAKEN: load-balancer-logs: s3://shop-logs: AccessDenied',
    });
  });

  it('ranks what a host says below what disks and AWS say', () => {
    const [last] = reportOfIncident(incident()).gaps.slice(-1);
    expect(last?.value).toMatch(/may lie; disks and AWS records outrank it/);
  });
});
