import {
  type Entry,
  type Environment,
  type Finding,
  IncidentPipeline,
  type IncidentResult,
  type IncidentRun,
  type JsonValue,
  type MemoryJournal,
  memoryJournal,
  type Observation,
  parseFindings,
  phaseRank,
  type Step,
  startIncident,
} from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import { s3Endpoint } from '../s3/endpoint.js';
import { type CompromisedWebServer, compromisedWebServer } from '../scenario/compromised-web-server.js';
import { DEMO } from '../scenario/demo-ids.js';
import { runProcess, SimulatedCrash } from '../simulated-process.js';
import type { Lapse } from '../simulation/discretion.js';
import { createWorld, type SimulatedWorld } from '../simulation/world.js';
import { type Census, census } from './census.js';
import { givenStep } from './given-step.js';
import type { ConformanceOptions } from './options.js';
import { Probe } from './probe.js';

const INCIDENT = 'inc-conformance-0001';
const START = new Date('2026-11-20T03:36:00Z');
/** States that change by themselves get this long before anybody counts. */
const AFTERWARDS_MS = 600_000;

/** One incident in a world of its own, with the step watched. */
export interface Trial {
  readonly probe: Probe;
  readonly world: SimulatedWorld;
  readonly scene: CompromisedWebServer;
  readonly pipeline: IncidentPipeline | ReturnType<typeof IncidentPipeline.fromSteps>;
  readonly journal: MemoryJournal;
  readonly finding: Finding;
  readonly environment: () => Environment;
}

export interface Ended {
  readonly trial: Trial;
  readonly result: IncidentResult | undefined;
  readonly entries: readonly Entry[];
  readonly census: Census;
  /** What commands said in it that they may not say. */
  readonly lapses: readonly Lapse[];
}

function findingOf(scene: CompromisedWebServer): Finding {
  const [finding] = parseFindings(scene.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  return finding;
}

async function environments(world: SimulatedWorld, scene: CompromisedWebServer): Promise<() => Environment> {
  const { url } = await s3Endpoint(world);
  const clientDefaults = { s3: { endpoint: url, forcePathStyle: true } };
  const { clock, credentials, security } = scene.aws;
  const account = awsSessions({ clock, credentials, clientDefaults }).session({
    ...security,
    incidentId: 'cordon-evidence',
  });
  const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock });
  return () => awsEnvironment({ ...scene.aws, clientDefaults, evidence });
}

/** The steps that run before the judged one. */
export function stepsBefore(step: Step, options: ConformanceOptions, scene: CompromisedWebServer) {
  const { before = [], facts } = options;
  const given = facts === undefined ? [] : [givenStep(step, facts)];
  return [...given, ...(typeof before === 'function' ? before(scene) : before)];
}

function pipelineOf(probe: Probe, step: Step, before: readonly Step[]) {
  const earlier = before.filter((other) => phaseRank(other.phase) <= phaseRank(step.phase));
  return IncidentPipeline.fromSteps('conformance', [
    ...before.map((other) => ({ step: other, after: [] })),
    { step: probe.step(step), after: earlier.map(({ id }) => id) },
  ]);
}

/** The same seed each time: what a step is told of one of these worlds holds in all of them. */
export async function conformanceWorld(options: ConformanceOptions) {
  const world = createWorld({ seed: 'conformance', start: START, indiscretion: 'note' });
  for (const secret of options.secrets ?? []) world.discretion.secret('a secret', secret);
  return { world, scene: await compromisedWebServer(world, options.world) };
}

async function trialOf(step: Step, options: ConformanceOptions): Promise<Trial> {
  const { world, scene } = await conformanceWorld(options);
  await options.prepare?.(scene);
  const probe = new Probe();
  const fresh = await environments(world, scene);
  return {
    probe,
    world,
    scene,
    pipeline: pipelineOf(probe, step, stepsBefore(step, options, scene)),
    journal: memoryJournal(),
    finding: findingOf(scene),
    environment: () => probe.environment(fresh(), DEMO.suspectAccount),
  };
}

/** Runs the incident, and again when its process was killed. */
async function toTheEnd(
  trial: Trial,
  onRun: (run: IncidentRun) => void,
): Promise<IncidentResult | undefined> {
  const { pipeline, finding, journal } = trial;
  const once = () =>
    runProcess(() => {
      const options = { journal, environment: trial.environment(), incidentId: INCIDENT };
      const run = startIncident(pipeline, finding, options);
      onRun(run);
      return run.finished;
    });
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) return undefined;
    journal.abandon(INCIDENT);
    return once();
  }
}

export interface TrialPlan {
  /** Sets the scene: faults, how the step's code is run. */
  readonly arrange?: (trial: Trial) => void;
  readonly onRun?: (run: IncidentRun) => void;
  /** Looks at the world while it still is there, whatever became of the incident. */
  readonly judge?: (trial: Trial) => Promise<void>;
  /** What is done once the incident is closed, in the same world. */
  readonly afterwards?: (trial: Trial) => Promise<void>;
}

/** Makes a world, runs the incident in it to the end, counts what there is, and forgets the world. */
export async function runTrial(
  step: Step,
  options: ConformanceOptions,
  { arrange, onRun = () => undefined, judge, afterwards }: TrialPlan = {},
): Promise<Ended> {
  const trial = await trialOf(step, options);
  try {
    arrange?.(trial);
    const result = await toTheEnd(trial, onRun);
    await judge?.(trial);
    await trial.world.clock.advance(AFTERWARDS_MS);
    const counts = census(trial.scene);
    const entries = await (await trial.journal.visit(INCIDENT)).read();
    await afterwards?.(trial);
    const lapses = [...trial.world.discretion.lapses];
    return { trial, result, entries, census: counts, lapses };
  } finally {
    await trial.world.dispose();
  }
}

/** How the judged step ended: `succeeded`, or why not. */
export function endingOf(step: Step, { result, entries }: Ended): string {
  if (result?.status !== 'closed') return 'the incident did not come to its end';
  const summary = result.steps.find(({ id }) => id === step.id);
  if (summary?.status === 'succeeded') return 'succeeded';
  const failed = entries.findLast((entry) => entry.ledger === step.id && entry.kind === 'failed');
  if (failed?.kind === 'failed') return `${failed.body.failure.code}: ${failed.body.failure.message}`;
  return `${summary?.status ?? 'missing'}: ${summary?.reason ?? ''}`;
}

/** What the judged step left in its ledger. */
export function outcomeOf(
  step: Step,
  { entries }: Ended,
): { readonly facts: { readonly [name: string]: JsonValue }; readonly observations: readonly Observation[] } {
  const own = entries.filter(({ ledger }) => ledger === step.id);
  const succeeded = own.findLast((entry) => entry.kind === 'succeeded');
  return {
    facts: succeeded?.kind === 'succeeded' ? succeeded.body.facts : {},
    observations: own.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : [])),
  };
}
