import {
  type AnyPipeline,
  type Artifact,
  type Entry,
  memoryJournal,
  type Observation,
  startIncident,
  verifyJournal,
} from '@cordon/core';
import { commandsOf, type SimulatedRegion } from '@cordon/testkit';
import { webServerPipeline } from '../../quickstart/src/pipeline.ts';
import type { GuestScene } from './scene.ts';

/** What `CORDON_GUEST_TELL` shows while it happens. */
const TOLD = new Set(['intent', 'succeeded', 'failed', 'skipped', 'retrying', 'cancelled']);

/** One line for a step that begins or ends, where `CORDON_GUEST_TELL` is set. */
export function tell({ kind, ledger, at, body }: Entry): void {
  if (process.env['CORDON_GUEST_TELL'] === undefined || !TOLD.has(kind)) return;
  const why = ['failed', 'skipped', 'retrying'].includes(kind)
    ? ` ${JSON.stringify(body).slice(0, 300)}`
    : '';
  console.log(`guest: ${at} ${ledger} ${kind}${why}`);
}

export type EndedIncident = Awaited<ReturnType<typeof incidentOn>>;

interface IncidentOptions {
  /** Sees every entry of the journal as it is written. */
  readonly heard?: (entry: Entry) => void;
  /** Default: the quickstart's, unchanged. */
  readonly pipeline?: AnyPipeline;
}

/** Runs a pipeline on the guests. */
export async function incidentOn(scene: GuestScene, options: IncidentOptions = {}) {
  const { environment, deployment } = scene;
  const { heard, pipeline = webServerPipeline(deployment) } = options;
  const journal = memoryJournal();
  const run = startIncident(pipeline, scene.finding(), { journal, environment });
  const observations: Observation[] = [];
  const artifacts = new Map<string, Artifact>();
  const told: string[] = [];
  run.events.on('entry', (entry) => {
    tell(entry);
    if (entry.kind === 'observations') observations.push(...entry.body.observations);
    if (entry.kind === 'artifact') artifacts.set(entry.body.path, entry.body);
    if (entry.kind === 'notice') told.push(entry.body.code);
    heard?.(entry);
  });
  const result = await run.finished;
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  const verification = await verifyJournal(journal, result.incidentId, { evidence: environment.evidence });
  return { result, observations, artifacts, told, verification };
}

/** Seconds that a script of ours ran on a guest. */
export function scriptSeconds(region: SimulatedRegion, name: string): number | undefined {
  for (const { comment, invocations } of commandsOf(region).values()) {
    const [one] = invocations;
    if (!comment.endsWith(` ${name}`) || one?.startedMs === undefined || one.ending === undefined) continue;
    return (one.ending.atMs - one.startedMs) / 1_000;
  }
  return undefined;
}
