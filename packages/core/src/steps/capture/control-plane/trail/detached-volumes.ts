import type { Volume } from '@aws-sdk/client-ec2';
import { ec2 } from '../../../../aws/operations.js';
import type { Artifact } from '../../../../engine/artifact.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { type Duration, milliseconds } from '../../../../engine/duration.js';
import type { Observation } from '../../../../engine/observation.js';
import { readableJson } from '../../../calls/json-bytes.js';
import { listAll } from '../../../calls/list-all.js';
import type { Piece } from '../source.js';
import type { TrailRecord } from './trail-record.js';

/** Older ones are in earlier snapshots, or nobody's business. */
const RECENT: Duration = { hours: 48 };
const MOST = 100;

/** A volume that was taken off the instance. */
export interface Detached {
  readonly volumeId: string;
  readonly at: string;
  readonly principal: string | undefined;
  /** Where CloudTrail says so. */
  readonly line: number;
}

/** Collects them from the events of the instance; what Cordon itself detached is left out. */
export class DetachedVolumes {
  readonly #found = new Map<string, Detached>();
  readonly #since: string;

  constructor(
    ctx: SuspectContext,
    readonly ourselves: string,
  ) {
    this.#since = new Date(ctx.now().getTime() - milliseconds(RECENT)).toISOString();
  }

  add({ name, at, errorCode, principal, volumeId }: TrailRecord, line: number): void {
    if (name !== 'DetachVolume' || errorCode !== undefined || volumeId === undefined) return;
    if (at < this.#since || principal === this.ourselves || this.#found.size === MOST) return;
    // Newest first: the last time it went.
    if (!this.#found.has(volumeId)) this.#found.set(volumeId, { volumeId, at, principal, line });
  }

  all(): readonly Detached[] {
    return [...this.#found.values()];
  }
}

interface Standing extends Detached {
  /** As EC2 shows it now; undefined: it is gone. */
  readonly now: Volume | undefined;
}

function isBack({ now }: Standing, instanceId: string): boolean {
  return now?.Attachments?.some(({ InstanceId }) => InstanceId === instanceId) === true;
}

function observation(one: Standing, trail: Artifact, instanceId: string): Observation {
  const byItself = one.principal?.endsWith(`/${instanceId}`) === true;
  const state = one.now === undefined ? 'it is gone' : `it is ${one.now.State ?? 'unknown'}`;
  return {
    rule: 'volume.detached',
    title: `A volume was detached shortly before: no snapshot of the incident holds it, and ${state} now`,
    severity: byItself || one.now === undefined ? 'high' : 'medium',
    techniques: byItself ? ['T1578', 'T1070'] : [],
    at: one.at,
    entity: `volume:${one.volumeId}`,
    excerpt: `detached by ${one.principal ?? 'unknown'}`,
    evidence: [{ artifact: trail.path, line: one.line }],
    confidence: byItself ? 0.8 : 0.4,
  };
}

export const DETACHED_ACTIONS = ['ec2:DescribeVolumes'];

/** What `CreateSnapshots` cannot have seen: it looks at attached volumes only. */
export async function detachedPiece(
  ctx: SuspectContext,
  detached: readonly Detached[],
  trail: () => Artifact | undefined,
): Promise<Piece | undefined> {
  if (detached.length === 0) return undefined;
  const { instanceId } = ctx.incident.suspect;
  const volumes = await listAll(ctx.suspectAccount, ec2.DescribeVolumes, {
    // A filter, not ids: one that is gone is no error.
    input: { Filters: [{ Name: 'volume-id', Values: detached.map(({ volumeId }) => volumeId) }] },
    items: (page) => page.Volumes,
  });
  const standing = detached.map(
    (one): Standing => ({ ...one, now: volumes.find(({ VolumeId }) => VolumeId === one.volumeId) }),
  );
  return {
    file: 'volumes-detached.json',
    mediaType: 'application/json',
    body: readableJson(standing),
    observations: (stored) =>
      standing
        .filter((one) => !isBack(one, instanceId))
        .map((one) => observation(one, trail() ?? stored, instanceId)),
  };
}
