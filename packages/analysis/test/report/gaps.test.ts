import type { Instance } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { incident } from './incident.js';

/** What is missing of an instance of this kind. */
function gapsOfInstance(kind: Pick<Instance, 'instanceStore' | 'enclave'>) {
  const known = incident();
  // The report asks for no more of the instance than this here.
  const instance = { ...kind, interfaces: [], volumes: [] } as unknown as Instance;
  return reportOfIncident(incident({ facts: { ...known.facts, instance } })).gaps;
}

describe('what is missing in the evidence', () => {
  it('names an instance store as not preserved, and only where there is one', () => {
    const labels = (instanceStore: boolean) => gapsOfInstance({ instanceStore }).map(({ label }) => label);
    expect(labels(true)).toContain('Instance store');
    expect(labels(false)).not.toContain('Instance store');
  });

  it('names the memory of an enclave as out of reach, and only where there is one', () => {
    const gaps = (enclave: boolean) => gapsOfInstance({ instanceStore: false, enclave });
    expect(gaps(true)).toContainEqual({
      label: 'Enclave',
      value: expect.stringContaining('its memory is out of reach'),
    });
    expect(gaps(false).map(({ label }) => label)).not.toContain('Enclave');
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
