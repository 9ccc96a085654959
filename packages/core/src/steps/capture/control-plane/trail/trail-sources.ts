import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Artifact } from '../../../../engine/artifact.js';
import type { SuspectContext } from '../../../../engine/context.js';
import type { Suspect } from '../../../../engine/finding.js';
import type { Observation } from '../../../../engine/observation.js';
import { asFailure } from '../../../calls/failures.js';
import { readableJson } from '../../../calls/json-bytes.js';
import type { ControlPlaneFacts, ControlPlaneSource, Piece } from '../source.js';
import { judgeDeed } from './deeds.js';
import { DETACHED_ACTIONS, DetachedVolumes, detachedPiece } from './detached-volumes.js';
import { type Question, type Trail, trailOf, trailPiece } from './look-up.js';
import { roleObservations } from './role-observations.js';
import { RoleTally } from './role-tally.js';
import { trailRecord } from './trail-record.js';
import { LOCATE_ACTIONS, locator } from './whereabouts.js';

const LOOK_UP = 'cloudtrail:LookupEvents';

/** Where a partition's IAM and STS leave their events. */
const GLOBAL_REGION = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
} as const;

/** The suspect's region first. */
function regionsOf({ region, partition }: Suspect): readonly string[] {
  return [...new Set([region, GLOBAL_REGION[partition]])];
}

/** What the sources of one run share: CloudTrail's patience, and what the role did. */
interface Inquiry {
  readonly trail: Trail;
  readonly tally: RoleTally;
  /** Where the files of the session were stored. */
  readonly stored: Map<string, string>;
}

type Inquiries = (ctx: SuspectContext, facts: ControlPlaneFacts) => Promise<Inquiry>;

function inquiries(): Inquiries {
  let begun: Promise<Inquiry> | undefined;
  const begin = async (ctx: SuspectContext, facts: ControlPlaneFacts): Promise<Inquiry> => ({
    trail: trailOf(ctx),
    tally: new RoleTally(await locator(ctx, facts), judgeDeed),
    stored: new Map(),
  });
  return (ctx, facts) => {
    begun ??= begin(ctx, facts);
    return begun;
  };
}

/** `cloudtrail-role-session.jsonl`, and with the region's name in it for the region of IAM's events. */
function fileFor(what: string, which: 'own' | 'global'): string {
  return `cloudtrail-${what}${which === 'own' ? '' : '-global'}.jsonl`;
}

/** The first question of every responder: what did the stolen role do? Its session is named after the instance. */
function session(inquiry: Inquiries, which: 'own' | 'global'): ControlPlaneSource {
  const file = fileFor('role-session', which);
  return {
    name: file,
    actions: [LOOK_UP, ...LOCATE_ACTIONS],
    async *read(ctx, facts) {
      const region = regionsOf(ctx.incident.suspect)[which === 'own' ? 0 : 1];
      if (region === undefined) return;
      const { trail, tally, stored } = await inquiry(ctx, facts);
      const pages = trail.pages({ key: 'Username', value: ctx.incident.suspect.instanceId, region });
      const missing = (because: string) => tally.missing.push(`${region}: ${because}`);
      try {
        const each = (event: Event, line: number) => tally.add(event, { artifact: file, line });
        const piece = await trailPiece(ctx, pages, { file, each, cut: missing });
        tally.answered += 1;
        yield { ...piece, observations: ({ path }) => remember(stored, file, path) };
      } catch (error) {
        missing(asFailure(error).code);
        throw error;
      }
    },
  };
}

function remember(stored: Map<string, string>, file: string, path: string): readonly Observation[] {
  stored.set(file, path);
  return [];
}

/** Facts and pages are small; the artifact has all of it. */
const MOST_ON_PAGE = { calls: 25, addresses: 15 };
const MOST_IN_ARTIFACT = { calls: 5_000, addresses: 2_000 };

/** What it comes to: by call, with counts, times, addresses and refusals. */
function roleUse(inquiry: Inquiries): ControlPlaneSource {
  return {
    name: 'role-use.json',
    actions: LOCATE_ACTIONS,
    async *read(ctx, facts) {
      const { tally, stored } = await inquiry(ctx, facts);
      if (tally.answered === 0) return;
      const { instanceId } = ctx.incident.suspect;
      const roleName = facts.instance?.roleName ?? 'unknown';
      const at = ({ artifact, ...place }: Observation['evidence'][number]) => ({
        ...place,
        artifact: stored.get(artifact) ?? artifact,
      });
      yield {
        file: 'role-use.json',
        mediaType: 'application/json',
        body: readableJson(tally.use(instanceId, MOST_IN_ARTIFACT)),
        roleUse: () => tally.use(instanceId, MOST_ON_PAGE),
        observations: () =>
          roleObservations(tally, { roleName, finding: ctx.incident.finding }).map((one) => ({
            ...one,
            evidence: one.evidence.map(at),
          })),
      };
    },
  };
}

/** Who did what to the instance, and which volumes were taken off it. */
function resource(inquiry: Inquiries): ControlPlaneSource {
  const file = fileFor('instance', 'own');
  return {
    name: file,
    actions: [LOOK_UP, ...DETACHED_ACTIONS],
    async *read(ctx, facts) {
      const { instanceId: value, region } = ctx.incident.suspect;
      const { trail } = await inquiry(ctx, facts);
      const detached = new DetachedVolumes(ctx, await ctx.suspectAccount.principal());
      const each = (event: Event, line: number) => {
        const record = trailRecord(event);
        if (record !== undefined) detached.add(record, line);
      };
      let kept: Artifact | undefined;
      const piece = await trailPiece(ctx, trail.pages({ key: 'ResourceName', value, region }), {
        file,
        each,
      });
      yield {
        ...piece,
        observations(stored) {
          kept = stored;
          return [];
        },
      };
      const volumes = await detachedPiece(ctx, detached.all(), () => kept);
      if (volumes !== undefined) yield volumes;
    },
  };
}

/** Who changed the role: in IAM's own region. */
function changesOfRole(inquiry: Inquiries): ControlPlaneSource {
  const file = 'cloudtrail-role.jsonl';
  return {
    name: file,
    actions: [LOOK_UP, ...LOCATE_ACTIONS],
    async *read(ctx, facts) {
      const value = facts.instance?.roleName;
      const region = regionsOf(ctx.incident.suspect).at(-1);
      if (value === undefined || region === undefined) return;
      const { trail } = await inquiry(ctx, facts);
      yield await trailPiece(ctx, trail.pages({ key: 'ResourceName', value, region }), { file });
    },
  };
}

async function* usesOfKey(ctx: SuspectContext, trail: Trail, key: string): AsyncIterable<Piece> {
  for (const region of regionsOf(ctx.incident.suspect)) {
    const file = `cloudtrail-key-${key.replace(/[^A-Z0-9]/gi, '_')}-${region}.jsonl`;
    const question: Question = { key: 'AccessKeyId', value: key, region };
    yield await trailPiece(ctx, trail.pages(question), { file });
  }
}

/** What was done with the key that the finding names, and with keys that the session's calls handed out. */
function keys(inquiry: Inquiries): ControlPlaneSource {
  return {
    name: 'cloudtrail-key',
    actions: [LOOK_UP, ...LOCATE_ACTIONS],
    async *read(ctx, facts) {
      const { trail, tally } = await inquiry(ctx, facts);
      const named = ctx.incident.finding.accessKeyId;
      for (const key of new Set([...(named === undefined ? [] : [named]), ...tally.keys]))
        yield* usesOfKey(ctx, trail, key);
    },
  };
}

/** In this order, one after the other: CloudTrail answers two look-ups a second in all. New ones for every run. */
export function trailSources(): readonly ControlPlaneSource[] {
  const inquiry = inquiries();
  return [
    session(inquiry, 'own'),
    session(inquiry, 'global'),
    roleUse(inquiry),
    resource(inquiry),
    changesOfRole(inquiry),
    keys(inquiry),
  ];
}
