import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import type { Detail } from './model.js';

/** What is missing in the evidence, and why: what a reader must not take for clean. */
export function gapsOf({ steps, facts, gaps }: IncidentModel): readonly Detail[] {
  const unsettled = steps.flatMap(({ id, status, reason }): Detail[] => {
    if (status === 'failed' || status === 'skipped')
      return [{ label: id, value: `${status}: ${reason ?? 'no reason given'}` }];
    return [];
  });
  const notMounted = (facts.forensicInstance?.volumes ?? []).flatMap(
    ({ sourceVolumeId, notMounted: partitions }) =>
      partitions.map(({ partition, reason }) => ({
        label: `${sourceVolumeId} ${partition}`,
        value: `not mounted: ${reason}`,
      })),
  );
  const instanceStore = facts.instance?.instanceStore === true;
  return [
    ...unsettled,
    ...gaps.map(({ step, code, message }) => ({ label: step, value: `${code}: ${message}` })),
    ...notMounted,
    ...(instanceStore
      ? [{ label: 'Instance store', value: 'is in no snapshot; only what was read live is preserved' }]
      : []),
    {
      label: 'What the host said',
      value: 'Live data comes from a host that may lie; disks and AWS records outrank it',
    },
  ];
}
