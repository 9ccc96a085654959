import type { Artifact } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import { finding, suspect } from '../../../engine/finding.js';
import { defineStep } from '../../../engine/step.js';
import { controlPlane } from '../../control-plane-facts.js';
import { instance } from '../../facts.js';
import { ACCELERATOR_ENDPOINTS } from './entry-points/accelerators.js';
import { CLOUD_MAP_INSTANCES } from './entry-points/cloud-map.js';
import { DNS_RECORDS } from './entry-points/dns-records.js';
import { GUARDDUTY_SOURCE } from './guardduty-source.js';
import { INSTANCE_SOURCES } from './instance-sources.js';
import { FLOW_LOGS } from './logs/flow-logs.js';
import { LOAD_BALANCER_LOGS } from './logs/load-balancer-logs.js';
import { RESOLVER_LOGS } from './logs/resolver-logs.js';
import { NETWORK_SOURCES } from './network-sources.js';
import { ROLE_SOURCES } from './role-sources.js';
import type { ControlPlaneFacts, ControlPlaneSource } from './source.js';
import { SSM_SOURCES } from './ssm-sources.js';
import { STORAGE_SOURCES } from './storage-sources.js';
import { type Taken, take } from './take.js';
import { putList } from './taken-list.js';
import { trailSources } from './trail/trail-sources.js';
import { USER_DATA_SOURCES } from './user-data.js';

const SOURCES = [
  ...INSTANCE_SOURCES,
  ...USER_DATA_SOURCES,
  ...NETWORK_SOURCES,
  ...STORAGE_SOURCES,
  ...SSM_SOURCES,
  ...ROLE_SOURCES,
  GUARDDUTY_SOURCE,
  FLOW_LOGS,
  RESOLVER_LOGS,
  LOAD_BALANCER_LOGS,
  DNS_RECORDS,
  ACCELERATOR_ENDPOINTS,
  CLOUD_MAP_INSTANCES,
];

const ACTIONS = [...new Set([...SOURCES, ...trailSources()].flatMap(({ actions }) => actions))];

async function inTurn(
  ctx: SuspectContext,
  facts: ControlPlaneFacts,
  sources: readonly ControlPlaneSource[],
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const source of sources) taken.push(await take(ctx, facts, source));
  return taken;
}

async function takeAll(ctx: SuspectContext, facts: ControlPlaneFacts): Promise<readonly Taken[]> {
  const [fromTrail, ...others] = await Promise.all([
    inTurn(ctx, facts, trailSources()),
    ...SOURCES.map((source) => take(ctx, facts, source)),
  ]);
  return [...others, ...fromTrail];
}

/** A fact is small; the list of what was taken, and the journal, name every artifact. */
const MOST_NAMED = 100;
const MOST_ENTRY_POINTS = 10;
/** DNS allows names of 255 characters, and an intruder may choose them. */
const LONGEST_NAME = 128;

function factOf(taken: readonly Taken[], list: Artifact) {
  const roleUse = taken.find((one) => one.roleUse !== undefined)?.roleUse;
  const paths = taken.flatMap(({ artifacts }) => artifacts.map(({ path }) => path));
  const artifacts = [list.path, ...paths].slice(0, MOST_NAMED);
  const entryPoints = taken
    .flatMap((one) => one.entryPoints ?? [])
    .slice(0, MOST_ENTRY_POINTS)
    .map((one) => ({ ...one, name: one.name.slice(0, LONGEST_NAME) }));
  return {
    artifacts,
    ...(roleUse === undefined ? {} : { roleUse }),
    ...(entryPoints.length === 0 ? {} : { entryPoints }),
  };
}

/**
 * Keeps what AWS itself knows of the suspect: CloudTrail of instance, role session and keys; flow, resolver and
 * load-balancer logs; GuardDuty's history; userData, console, attributes, groups; SSM's history; role, snapshots, keys;
 * DNS records, accelerators and Cloud Map instances that lead to it.
 * Needs no SSM, and the intruder on the host cannot forge it. Each source fails alone, and is then a gap; the step only
 * fails when nothing could be read.
 */
export function controlPlaneEvidence() {
  return defineStep({
    id: 'capture.control-plane',
    title:
      'Keeps what AWS itself knows: CloudTrail, flow and DNS logs, userData, console, SSM history, role, keys',
    phase: 'capture',
    needs: [finding, suspect],
    wants: [instance],
    provides: [controlPlane],
    callTimeout: { minutes: 10 },
    timeout: { minutes: 25 },
    actions: { suspect: ACTIONS },
    async start(ctx, facts) {
      const taken = await takeAll(ctx, facts);
      const [failure] = taken.flatMap(({ failures }) => failures);
      const nothing = taken.every(({ artifacts }) => artifacts.length === 0);
      if (nothing && failure !== undefined) throw failure;
      return ctx.done({ controlPlane: factOf(taken, await putList(ctx, taken)) });
    },
  });
}
