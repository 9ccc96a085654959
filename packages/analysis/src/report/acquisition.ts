import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { takenWith } from './acquired-with.js';
import type { Detail } from './model.js';

type Row = readonly [label: string, value: string | undefined];

/** How the evidence was taken: what, from where, with which clock. */
export function acquisitionOf({ facts, artifacts }: IncidentModel): readonly Detail[] {
  const rows: readonly Row[] = [...liveRows(facts), ...diskRows(facts)];
  const known = rows.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value }],
  );
  return [...known, ...takenWith(artifacts)];
}

function liveRows({ triage, memoryImage }: IncidentModel['facts']): readonly Row[] {
  const bytes = memoryImage?.artifact.sizeBytes;
  return [
    [
      'Clock of the suspect',
      triage &&
        `${Math.abs(triage.clockOffsetSeconds)} s ${triage.clockOffsetSeconds < 0 ? 'behind' : 'ahead of'} UTC`,
    ],
    ['Live triage', triage && `${triage.artifact.path}, SHA-256 ${triage.artifact.sha256}`],
    [
      'Memory',
      memoryImage &&
        `${memoryImage.method}, kernel ${memoryImage.kernel}, ${bytes} bytes, ${memoryImage.ranges.length} ranges`,
    ],
    ['Memory, SHA-256', memoryImage?.artifact.sha256],
  ];
}

function diskRows({
  snapshots,
  custodySnapshots,
  forensicInstance,
  collections,
}: IncidentModel['facts']): readonly Row[] {
  return [
    ...(snapshots ?? []).map(
      ({ volumeId, snapshotId, startedAt }): Row => [
        `Snapshot of ${volumeId}`,
        `${snapshotId}, begun ${startedAt}`,
      ],
    ),
    ...(custodySnapshots ?? []).map(
      ({ volumeId, custodySnapshotId, locked }): Row => [
        `Custody copy of ${volumeId}`,
        `${custodySnapshotId}${locked ? ', locked' : ''}`,
      ],
    ),
    [
      'Forensic instance',
      forensicInstance && `${forensicInstance.instanceId}, image ${forensicInstance.imageId}`,
    ],
    ...(forensicInstance?.volumes ?? []).flatMap(({ sourceVolumeId, mounts }) =>
      mounts.map(
        ({ partition, filesystem }): Row => [
          `Examined of ${sourceVolumeId}`,
          `${partition} (${filesystem}), read-only`,
        ],
      ),
    ),
    ...(collections ?? []).map(
      ({ volumeId, artifact }): Row => [
        `Collected from ${volumeId}`,
        `${artifact.path}, SHA-256 ${artifact.sha256}`,
      ],
    ),
  ];
}
