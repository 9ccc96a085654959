import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import type { Detail } from './model.js';

/** What the kind of instance keeps from everybody, however well all steps went. */
function outOfReach(instance: IncidentModel['facts']['instance']): readonly Detail[] {
  const { instanceStore = false, enclave = false } = instance ?? {};
  return [
    ...(instanceStore
      ? [{ label: 'Instance store', value: 'is in no snapshot; only what was read live is preserved' }]
      : []),
    ...(enclave
      ? [
          {
            label: 'Enclave',
            value: 'its memory is out of reach: no image of the instance holds it, and a stop would lose it',
          },
        ]
      : []),
  ];
}

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
  return [
    ...unsettled,
    ...gaps.map(({ step, code, message }) => ({ label: step, value: `${code}: ${message}` })),
    ...notMounted,
    ...outOfReach(facts.instance),
    {
      label: 'What the host said',
      value: 'Live data comes from a host that may lie; disks and AWS records outrank it',
    },
  ];
}
